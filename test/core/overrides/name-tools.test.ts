import { describe, expect, it } from 'vitest';
import { findTools } from '../../../src/core/overrides/find-tools.ts';
import { nameTools } from '../../../src/core/overrides/name-tools.ts';
import { UsageError } from '../../../src/errors.ts';

describe('tools', () => {
  it.each([
    { words: [], named: [{ name: null, wanted: [] }] },
    { words: ['/opt/capture'], named: [{ name: null, wanted: ['/opt/capture'] }] },
    {
      words: ['x86_64-linux-gnu=a', 'i386-linux-gnu=b'],
      named: [{ name: null, wanted: ['x86_64-linux-gnu=a', 'i386-linux-gnu=b'] }],
    },
    { words: ['./a=b'], named: [{ name: null, wanted: ['./a=b'] }] },
    {
      words: ['before=./old', 'after=./new', 'steam=steam'],
      named: [
        { name: 'before', wanted: ['./old'] },
        { name: 'after', wanted: ['./new'] },
        { name: 'steam', wanted: ['steam'] },
      ],
    },
    {
      words: ['new:x86_64-linux-gnu=a', 'old=c', 'new:i386-linux-gnu=b=c'],
      named: [
        { name: 'new', wanted: ['x86_64-linux-gnu=a', 'i386-linux-gnu=b=c'] },
        { name: 'old', wanted: ['c'] },
      ],
    },
  ])('$words', ({ words, named }) => {
    expect(nameTools(words)).toEqual(named);
  });

  it.each([
    { words: ['before=a', 'b'], says: 'some tools have a name and others have none' },
    { words: ['x86_64=a'], says: '"x86_64" is no architecture; did you mean "x86_64-linux-gnu"?' },
    {
      words: ['i386-linux-gun=a'],
      says: '"i386-linux-gun" is no architecture; did you mean "i386-linux-gnu"?',
    },
  ])('$words are refused', ({ words, says }) => {
    expect(() => nameTools(words)).toThrow(UsageError);
    expect(() => nameTools(words)).toThrow(says);
  });

  it.each([
    { wanted: ['x86_64-linux-gnu=/bin/true', 'x86_64-linux-gnu=/bin/false'] },
    { wanted: ['/bin/true', '/bin/false'] },
    { wanted: ['/bin/true', 'x86_64-linux-gnu=/bin/false'] },
  ])('two for one architecture are refused: $wanted', ({ wanted }) => {
    const find = () => findTools({ wanted, architectures: ['x86_64-linux-gnu'] });
    expect(find).toThrow(UsageError);
    expect(find).toThrow('a second tool for x86_64-linux-gnu');
  });
});
