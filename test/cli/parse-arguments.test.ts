import { describe, expect, it } from 'vitest';
import { defineCommand } from '../../src/cli/command.ts';
import { splitCommandLine } from '../../src/cli/command-line.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { UsageError } from '../../src/errors.ts';

/** A command with one option of every kind. */
const bake = defineCommand({
  description: 'Bakes bread.',
  positionals: {
    flour: { describe: 'what it is made of', required: true, choices: ['rye', 'wheat'] },
    seeds: { describe: 'what goes on top', variadic: true },
  },
  options: {
    ovenRack: {
      type: 'number',
      placeholder: 'N',
      describe: 'Which rack',
      integer: true,
      min: 1,
      max: 5,
      default: 3,
    },
    heat: { type: 'number', placeholder: 'RATIO', describe: 'How hot', alias: 'H' },
    crust: { type: 'string', placeholder: 'KIND', describe: 'How crisp', choices: ['soft', 'crisp'] },
    topping: { type: 'string', placeholder: 'NAME', describe: 'More', multiple: true },
    steam: { type: 'boolean', describe: 'Adds water' },
  },
  examples: [],
  run: () => 0,
});

function parse(...words: string[]) {
  return parseArguments('bake', bake, splitCommandLine(['bake', ...words]));
}

describe('arguments that are right', () => {
  it('what is not given has its default, or is missing', () => {
    expect(parse('rye')).toEqual({
      flour: 'rye',
      seeds: [],
      ovenRack: 3,
      heat: undefined,
      crust: undefined,
      topping: [],
      steam: false,
      json: false,
    });
  });

  it.each([
    { words: ['--oven-rack', '4'], values: { ovenRack: 4 } },
    { words: ['--oven-rack=4'], values: { ovenRack: 4 } },
    { words: ['-H', '1.5'], values: { heat: 1.5 } },
    { words: ['--heat', '-0.5'], values: { heat: -0.5 } },
    { words: ['--heat=1e3'], values: { heat: 1000 } },
    { words: ['--crust', 'crisp'], values: { crust: 'crisp' } },
    { words: ['--topping', '-'], values: { topping: ['-'] } },
    { words: ['--topping', 'a=b', '--topping=c=d'], values: { topping: ['a=b', 'c=d'] } },
    { words: ['--topping=--odd'], values: { topping: ['--odd'] } },
    { words: ['--steam', 'poppy', 'sesame'], values: { steam: true, seeds: ['poppy', 'sesame'] } },
    { words: ['007', '1e3'], values: { seeds: ['007', '1e3'] } },
    { words: ['--json'], values: { json: true } },
  ])('$words', ({ words, values }) => {
    expect(parse('rye', ...words)).toMatchObject(values);
  });
});

describe('arguments that are wrong are refused with what would be right', () => {
  it.each([
    { words: [], says: 'FLOUR is missing: what it is made of' },
    { words: ['barley'], says: 'FLOUR: expected one of rye, wheat, found "barley"' },
    { words: ['rye', '--stem'], says: 'there is no option --stem; did you mean "--steam"?' },
    { words: ['rye', '--zzz=1'], says: 'there is no option --zzz' },
    { words: ['rye', '--constructor=1'], says: 'there is no option --constructor' },
    { words: ['rye', '-x'], says: 'there is no option -x' },
    { words: ['rye', '--oven'], says: 'there is no option --oven' },
    { words: ['rye', '--no-steam'], says: 'there is no option --no-steam' },
    { words: ['rye', '--ovenRack', '4'], says: 'there is no option --ovenRack; did you mean "--oven-rack"?' },
    { words: ['rye', '--crust'], says: '--crust needs a value' },
    { words: ['rye', '--crust='], says: '--crust needs a value' },
    { words: ['rye', '--crust', '--steam'], says: '--crust needs a value' },
    {
      words: ['rye', '--crust', 'sofd'],
      says: '--crust: expected one of soft, crisp, found "sofd"; did you mean "soft"?',
    },
    {
      words: ['rye', '--crust', 'soft', '--crust', 'crisp'],
      says: '--crust is given 2 times, once is right',
    },
    {
      words: ['rye', '--oven-rack', '6'],
      says: '--oven-rack: expected a whole number from 1 to 5, found "6"',
    },
    { words: ['rye', '--oven-rack', '2.5'], says: 'expected a whole number from 1 to 5, found "2.5"' },
    { words: ['rye', '--heat', 'hot'], says: '--heat: expected a number, found "hot"' },
    { words: ['rye', '--heat', '0x10'], says: '--heat: expected a number, found "0x10"' },
    { words: ['rye', '--heat', 'Infinity'], says: '--heat: expected a number, found "Infinity"' },
    { words: ['rye', '--', 'make'], says: 'nothing can follow "--"' },
  ])('$words: $says', ({ words, says }) => {
    expect(() => parse(...words)).toThrow(UsageError);
    expect(() => parse(...words)).toThrow(says);
  });

  it('one argument too many is named', () => {
    const strict = defineCommand({
      description: '',
      positionals: { shell: { describe: 'a shell', required: true } },
      options: {},
      examples: [],
      run: () => 0,
    });
    expect(() =>
      parseArguments('completion', strict, splitCommandLine(['completion', 'bash', 'zsh'])),
    ).toThrow('there is no use for the argument "zsh"');
  });
});
