import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { launchbench } from '../builders/launchbench.ts';
import { installed } from '../builders/needs.ts';
import { outputOf, runProgram } from '../builders/programs.ts';

const hasZsh = installed('zsh') !== null;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'launchbench-completion-'));
  for (const shell of ['bash', 'zsh']) {
    writeFileSync(join(folder, shell), (await launchbench(['completion', shell])).stdout);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What bash offers when the tab key is pressed behind these words; the last one is what is being typed. */
function offeredByBash(words: readonly string[]): readonly string[] {
  const script = `
    compopt() { :; }  # works within a real completion only
    source "$1"; shift
    COMP_WORDS=(launchbench "$@"); COMP_CWORD=$#
    _launchbench
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const stdout = outputOf('bash', ['-c', script, 'bash', join(folder, 'bash'), ...words]);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion in bash', () => {
  it('offers all commands', () => {
    expect(offeredByBash([''])).toEqual(
      expect.arrayContaining([...Object.keys(COMMANDS), 'help', '--version']),
    );
  });

  it.each([
    { words: ['compl'], offers: ['completion'] },
    { words: ['-q', 'compl'], offers: ['completion'] },
    { words: ['help', 'compl'], offers: ['completion'] },
    { words: ['completion', ''], offers: ['bash', 'zsh'] },
    { words: ['completion', 'z'], offers: ['zsh'] },
    { words: ['completion', '--ver'], offers: ['--version', '--verbose'] },
    // An option of two words: name and values, neither of which is an option or a command to be offered.
    { words: ['bench', '-L', '-'], offers: [] },
    { words: ['bench', '-L', 'n', '-'], offers: [] },
    { words: ['bench', '--parameter-list', 'n', '--na'], offers: [] },
    { words: ['bench', '-L', 'n', '1,2', '--na'], offers: ['--name'] },
  ])('$words', ({ words, offers }) => {
    expect(offeredByBash(words)).toEqual(offers);
  });
});

describe('completion in zsh', () => {
  it.skipIf(!hasZsh)('is a script that zsh reads', () => {
    expect(runProgram('zsh', ['-n', join(folder, 'zsh')])).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  it.skipIf(!hasZsh)('defines the function and registers it', () => {
    const registered = outputOf('zsh', [
      '-f',
      '-c',
      'compdef() { print -- "$@"; }; source "$1"; print -- $+functions[_launchbench]',
      'zsh',
      join(folder, 'zsh'),
    ]);
    expect(registered).toBe('_launchbench launchbench\n1\n');
  });
});

describe.skipIf(!hasZsh)('a press of the tab key in zsh', () => {
  const PRESSES = [
    { typed: 'launchbench ', until: 'scenarios' },
    { typed: 'launchbench run ', until: 'nvidia-desktop' },
    { typed: 'launchbench run --emulation ', until: 'valgrind-none' },
    { typed: 'launchbench run --wrapper ', until: 'qemu-x86_64=qemu-x86_64' },
    { typed: 'launchbench gate --rule ', until: 'launches=warn' },
    { typed: 'launchbench bench -L n 1,2 --ig', until: 'ignore-failure' },
  ];
  let shown: readonly string[];
  beforeAll(() => {
    shown = shownByZsh(PRESSES);
  });

  it.each(PRESSES.map((press, index) => ({ ...press, index })))(
    '$typed offers $until, and no error',
    ({ until, index }) => {
      expect(shown[index]).toContain(until);
      expect(shown[index]).not.toMatch(/_\w+:|not found|\berror:/u);
    },
  );
});

/**
 * What zsh shows up to a word that must be among it, behind each line that is typed; all in one terminal, because
 * half a second goes by before a zsh can complete. The line is thrown away before the next.
 */
function shownByZsh(
  presses: readonly { readonly typed: string; readonly until: string }[],
): readonly string[] {
  const script = `zmodload zsh/zpty; zpty -b shell 'zsh -f -i'
    zpty -w shell "PS1=; stty -echo; autoload -Uz compinit; compinit -D -u; LISTMAX=0; source $1; print REA''DY"; shift
    zpty -r shell shown '*READY*'
    for line word; do
      zpty -w -n shell "$line"$'\\t\\t'
      zpty -r shell shown "*$word*"; print -rn -- "$shown"$'\\0'
      zpty -w shell $'\\C-u'"print REA''DY"
      zpty -r shell shown '*READY*'
    done
    zpty -d shell`;
  const words = presses.flatMap(({ typed, until }) => [typed, until]);
  return runProgram('zsh', ['-f', '-c', script, 'zsh', join(folder, 'zsh'), ...words]).stdout.split('\0');
}

describe('completion for another shell', () => {
  it('is refused with the ones there are', async () => {
    const { status, stderr } = await launchbench(['completion', 'fish']);
    expect(status).toBe(2);
    expect(stderr).toContain('expected one of bash, zsh, found "fish"');
  });
});
