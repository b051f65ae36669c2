import { describe, expect, it } from 'vitest';
import { splitCommandLine } from '../../src/cli/command-line.ts';

describe('a command line is split', () => {
  it('into the command and its own words', () => {
    expect(splitCommandLine(['run', 'mesa-desktop', '--rounds', '8'])).toMatchObject({
      command: 'run',
      words: ['mesa-desktop', '--rounds', '8'],
      behindDashes: null,
    });
  });

  it.each([
    { given: ['--json', 'run'], globals: { json: true } },
    { given: ['run', '--json'], globals: { json: true } },
    { given: ['run', '-q'], globals: { quiet: true } },
    { given: ['-v', 'run'], globals: { verbose: true } },
    { given: ['run', '--no-color'], globals: { color: false } },
    { given: ['run'], globals: { json: false, quiet: false, verbose: false, color: true } },
  ])('$given: global options stand before or after the command', ({ given, globals }) => {
    expect(splitCommandLine(given)).toMatchObject({ command: 'run', words: [], globals });
  });

  it.each([
    { given: ['help', 'run'], command: 'run' },
    { given: ['run', '--help'], command: 'run' },
    { given: ['-h', 'run'], command: 'run' },
    { given: ['help'], command: null },
    { given: ['--help'], command: null },
  ])('$given asks for help on $command', ({ given, command }) => {
    expect(splitCommandLine(given)).toMatchObject({ wantsHelp: true, command });
  });

  it('what follows -- belongs to another program, whatever it looks like', () => {
    const line = splitCommandLine(['trace', '-q', '--', 'make', '--json', '--', '--help']);
    expect(line).toMatchObject({
      command: 'trace',
      words: [],
      behindDashes: ['make', '--json', '--', '--help'],
      wantsHelp: false,
      globals: { json: false, quiet: true },
    });
  });
});
