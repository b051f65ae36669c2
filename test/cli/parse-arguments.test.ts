import { describe, expect, it } from 'vitest';
import { defineCommand } from '../../src/cli/command.ts';
import { findCommand, parseArguments } from '../../src/cli/parse-arguments.ts';
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
    steam: { type: 'boolean', describe: 'Adds water', conflicts: ['dry'] },
    dry: { type: 'boolean', describe: 'Adds none' },
    litres: { type: 'number', placeholder: 'N', describe: 'How much', requires: ['steam'] },
    salt: { type: 'boolean', default: true, describe: 'Without salt' },
  },
  examples: [],
  run: () => 0,
});

function parse(...words: string[]) {
  return parseArguments('bake', bake, words);
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
      dry: false,
      litres: undefined,
      salt: true,
      help: false,
      version: false,
      json: false,
      color: true,
      quiet: false,
      verbose: false,
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
    { words: ['--json=true', '--no-color'], values: { json: true, color: false } },
    { words: ['--steam=false'], values: { steam: false } },
    { words: ['--no-steam'], values: { steam: false } },
    { words: ['--no-salt'], values: { salt: false } },
    { words: ['-qv'], values: { quiet: true, verbose: true } },
    { words: ['-vH2'], values: { verbose: true, heat: 2 } },
    { words: ['--steam', '--litres', '2'], values: { litres: 2 } },
    { words: ['--', '--poppy', '-v', '--'], values: { seeds: ['--poppy', '-v', '--'], verbose: false } },
  ])('$words', ({ words, values }) => {
    expect(parse('rye', ...words)).toMatchObject(values);
  });
});

describe('arguments that are wrong are refused with what would be right', () => {
  it.each([
    { words: [], says: 'FLOUR is missing: what it is made of' },
    { words: ['barley'], says: 'FLOUR: expected one of rye, wheat, found "barley"' },
    { words: ['rye', '--stem'], says: 'unknown option --stem; did you mean "--steam"?' },
    { words: ['rye', '--zzz=1'], says: 'unknown option --zzz' },
    { words: ['rye', '--constructor=1'], says: 'unknown option --constructor' },
    { words: ['rye', '-x'], says: 'unknown option -x' },
    { words: ['rye', '-vx'], says: 'unknown option -x' },
    { words: ['rye', '--oven'], says: 'unknown option --oven' },
    { words: ['rye', '--no-stem'], says: 'unknown option --no-stem; did you mean "--no-steam"?' },
    { words: ['rye', '--no-crust'], says: 'unknown option --no-crust' },
    { words: ['rye', '--no-topping'], says: 'unknown option --no-topping' },
    { words: ['rye', '--ovenRack', '4'], says: 'unknown option --ovenRack; did you mean "--oven-rack"?' },
    {
      words: ['rye', '--steam=maybe'],
      says: '--steam: expected =true, =false or nothing, found "--steam=maybe"',
    },
    { words: ['rye', '--json=1'], says: '--json: expected =true, =false or nothing, found "--json=1"' },
    { words: ['rye', '--steam', '--dry'], says: '--steam and --dry cannot be used together' },
    { words: ['rye', '--litres', '2'], says: '--litres requires --steam' },
    {
      words: ['rye', '--crust'],
      says: 'the option "crust" needs a value; write values that start with "-" as',
    },
    { words: ['rye', '--crust='], says: '--crust needs a value' },
    { words: ['rye', '--crust', '--steam'], says: 'the option "crust" needs a value' },
    {
      words: ['rye', '--crust', 'sofd'],
      says: '--crust: expected one of soft, crisp, found "sofd"; did you mean "soft"?',
    },
    {
      words: ['rye', '--crust', 'soft', '--crust', 'crisp'],
      says: '--crust may be given only once',
    },
    {
      words: ['rye', '--oven-rack', '6'],
      says: '--oven-rack: expected a whole number from 1 to 5, found "6"',
    },
    { words: ['rye', '--oven-rack', '2.5'], says: 'expected a whole number from 1 to 5, found "2.5"' },
    { words: ['rye', '--heat', 'hot'], says: '--heat: expected a number, found "hot"' },
    { words: ['rye', '--heat', '0x10'], says: '--heat: expected a number, found "0x10"' },
    { words: ['rye', '--heat', 'Infinity'], says: '--heat: expected a number, found "Infinity"' },
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
    expect(() => parseArguments('completion', strict, ['bash', 'zsh'])).toThrow('unexpected argument "zsh"');
  });

  it('a required option that is missing is named, with what it is for', () => {
    const strict = defineCommand({
      description: '',
      positionals: {},
      options: { out: { type: 'string', placeholder: 'DIR', required: true, describe: 'Folder to make' } },
      examples: [],
      run: () => 0,
    });
    expect(() => parseArguments('mix', strict, [])).toThrow(
      'mix: a required option is missing: out\n--out DIR: Folder to make',
    );
    expect(parseArguments('mix', strict, ['-h'])).toMatchObject({ help: true });
  });
});

describe('whoever asks for help or the version gets it', () => {
  it.each([['-hv'], ['--help', '--litres'], ['barley', '--stem', '--help=true']])('%s %s %s', (...words) => {
    expect(parse(...words)).toMatchObject({ help: true });
  });

  it('-vV', () => {
    expect(parse('-vV')).toMatchObject({ version: true, verbose: true });
  });

  it('but not whoever names a file with such a letter', () => {
    expect(parse('rye', '--topping', 'x', '--topping=-hV')).toMatchObject({ help: false, version: false });
  });
});

describe('the command is found', () => {
  it.each([
    { given: ['run', 'host', '--rounds', '8'], command: 'run', words: ['host', '--rounds', '8'] },
    { given: ['-v', '--json=true', 'run', '-q'], command: 'run', words: ['-v', '--json=true', '-q'] },
    { given: ['run', '--', 'run'], command: 'run', words: ['--', 'run'] },
    { given: ['help', 'run'], command: 'run', words: ['--help'] },
    { given: ['-v', 'help', 'run', 'x'], command: 'run', words: ['--help', '-v', 'x'] },
    { given: ['help'], command: null, words: ['--help'] },
    { given: ['-hv'], command: null, words: ['-hv'] },
    { given: [], command: null, words: [] },
  ])('$given', ({ given, command, words }) => {
    expect(findCommand(given)).toEqual({ command, words });
  });

  it("an option that is not every command's cannot stand before it", () => {
    expect(() => findCommand(['--quick', 'run', 'host'])).toThrow('unknown option --quick');
  });
});
