import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCommandLine, splitCommandLine } from '../src/shell-words.ts';
import { anyCharacter } from './builders/any-character.ts';
import { runProgram } from './builders/programs.ts';

describe('splitCommandLine takes a line apart as a shell would', () => {
  it.each([
    { line: 'old/start --version', words: ['old/start', '--version'] },
    { line: '  a\t\'b c\'  "d e" ', words: ['a', 'b c', 'd e'] },
    { line: String.raw`a b\ c "x\"y\$z\\" 'q\'`, words: ['a', 'b c', 'x"y$z\\', 'q\\'] },
    { line: String.raw`a "x\y"`, words: ['a', String.raw`x\y`] },
    { line: `a''b "" '|>&$*'`, words: ['ab', '', '|>&$*'] },
    { line: 'env A=1 b A=2', words: ['env', 'A=1', 'b', 'A=2'] },
    { line: 'a b#c d~ {version} x! é', words: ['a', 'b#c', 'd~', '{version}', 'x!', 'é'] },
  ])('$line', ({ line, words }) => {
    expect(splitCommandLine(line)).toEqual({ kind: 'words', words });
    const shell = runProgram('sh', ['-c', `printf '%s\\n' ${line}`]);
    expect(shell.stdout).toBe(words.map((word) => `${word}\n`).join(''));
  });

  it.each([
    { line: 'a | b', what: '|', column: 3 },
    { line: 'a >out', what: '>', column: 3 },
    { line: 'a &', what: '&', column: 3 },
    { line: 'a; b', what: ';', column: 2 },
    { line: 'echo $HOME', what: '$', column: 6 },
    { line: 'echo "in $HOME"', what: '$', column: 10 },
    { line: 'echo `b`', what: '`', column: 6 },
    { line: 'ls *.txt', what: '*', column: 4 },
    { line: 'ls a?', what: '?', column: 5 },
    { line: 'ls [ab]', what: '[', column: 4 },
    { line: 'ls ~/x', what: '~', column: 4 },
    { line: 'A=1 b', what: 'A=', column: 1 },
    { line: 'a {1,2}', what: '{1,2}', column: 3 },
    { line: 'a # b', what: '#', column: 3 },
    { line: 'a\nb', what: '\n', column: 2 },
  ])('and does not pass on what only a shell could act on: $line', ({ line, what, column }) => {
    expect(splitCommandLine(line)).toEqual({ kind: 'needs-shell', what, column });
  });

  it.each([
    { line: "a 'b", column: 3 },
    { line: 'a "b', column: 3 },
    { line: 'a \\', column: 3 },
    { line: ' ', column: 1 },
  ])('and says where it is broken: $line', ({ line, column }) => {
    expect(splitCommandLine(line)).toMatchObject({ kind: 'broken', column });
  });

  it('gives back what formatCommandLine was given', () => {
    const word = fc.string({ unit: anyCharacter }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        expect(splitCommandLine(formatCommandLine(words))).toEqual({ kind: 'words', words });
      }),
    );
  });
});
