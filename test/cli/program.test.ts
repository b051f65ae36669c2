import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { COMMANDS, type CommandEntry } from '../../src/cli/commands.ts';
import { executable } from '../builders/executables.ts';
import { launchbench, launchbenchProcess, type Ran } from '../builders/launchbench.ts';

const entries: readonly (readonly [string, CommandEntry])[] = Object.entries(COMMANDS);

describe('launchbench', () => {
  it.each([['--version'], ['-V'], ['run', '--version', '-q'], ['run', '-vV']])(
    '%s %s answers with the version',
    async (...args) => {
      expect(await launchbenchProcess(args)).toEqual({
        status: 0,
        stdout: `launchbench ${manifest.version}\n`,
        stderr: '',
      });
    },
  );

  it.each(['--help', '-h', '-hv', 'help'])('%s lists every command, and succeeds', async (word) => {
    const { status, stdout, stderr } = await launchbench([word]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const [name, { summary }] of entries) {
      expect(stdout).toContain(`  ${name} `);
      expect(stdout.replace(/\s+/gu, ' ')).toContain(summary);
    }
  });

  it('alone did nothing, so it says how it is used and fails', async () => {
    const { status, stdout, stderr } = await launchbench([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Commands:');
  });

  it.each([
    { args: ['completon'], says: 'unknown command "completon"; did you mean "completion"?' },
    { args: ['frobnicate'], says: 'unknown command "frobnicate"' },
    { args: ['--jsn', 'completion'], says: 'unknown option --jsn; did you mean "--json"?' },
    { args: ['completion', 'bash', '--fast'], says: 'completion: unknown option --fast' },
    { args: ['help', 'completon'], says: 'did you mean "completion"?' },
  ])('$args is refused with the nearest that would be right', async ({ args, says }) => {
    const { status, stdout, stderr } = await launchbench(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toContain('--help`');
  });

  it('built, fails as its sources do', async () => {
    const wrong = ['completion', 'fish', '--json'];
    expect(await launchbenchProcess(wrong)).toEqual(await launchbench(wrong));
  });

  it('with --json errors still go to standard error, and standard output stays empty', async () => {
    expect(await launchbench(['completion', 'fish', '--json'])).toMatchObject({ status: 2, stdout: '' });
  });
});

describe.each(entries)('the help of %s', (name, { load }) => {
  it('shows usage, description, every option and the examples, within 80 columns', async () => {
    const { status, stdout } = await launchbench([name, '--help'], { env: { COLUMNS: '80' } });
    expect(status).toBe(0);
    const command = await load();
    expect(stdout).toMatch(new RegExp(`^Usage:\n  launchbench ${name}\\b`));
    for (const { line } of command.examples) expect(stdout).toContain(`  ${line}\n`);
    const explained = stdout.slice(stdout.indexOf('\n\n'), stdout.indexOf('Examples:'));
    expect(explained.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('has examples, each with a purpose, that use the command', async () => {
    const { examples } = await load();
    expect(examples.length).toBeGreaterThan(0);
    for (const { line, purpose } of examples) {
      expect(line).toContain(`launchbench ${name}`);
      expect(purpose).not.toBe('');
    }
  });

  it('is also had by `help`, and from the built executable', async () => {
    const help = await launchbench([name, '--help']);
    expect(await launchbench(['help', name])).toEqual(help);
    expect(await launchbenchProcess([name, '--help'])).toEqual(help);
  });
});

describe('output', () => {
  it('whose reader has left costs neither the status nor a stack', async () => {
    const child = execa(process.execPath, [executable('launchbench.js'), 'completion', 'bash']);
    child.stdout.destroy();
    expect(await child).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

it('a path with :: is shown as it is, but not where a CI service would obey it', async () => {
  const { stderr } = await launchbench(['report', 'a::b.json']);
  expect(stderr).toContain('a::b.json');
  const inCi = await launchbench(['report', 'a::b.json'], { env: { CI: 'true' } });
  expect(inCi.stderr).toContain('a\\x3a:b.json');
});

describe('surroundings that are not as they should be', () => {
  it.each([
    {
      given: 'a full device behind standard output',
      script: '"$@" --version >/dev/full',
      says: 'standard output',
    },
    {
      given: 'no place for temporary folders',
      script: 'TMPDIR=/nonexistent "$@" plan --provider /',
      says: 'Cannot make a temporary folder in /nonexistent',
    },
    {
      given: 'a working folder that was removed',
      script: 'cd "$(mktemp -d)" && rmdir "$PWD" && "$@" report /nonexistent.json',
      says: 'The working folder was removed',
    },
  ])('$given: status 3, and what it is', async ({ script, says }) => {
    const { status, stderr } = await inShell(script);
    expect(status).toBe(3);
    expect(stderr).toContain(says);
  });
});

/** Runs a line of a shell; its arguments are what `launchbench` is started with. */
async function inShell(script: string): Promise<Pick<Ran, 'status' | 'stderr'>> {
  const argv = ['-c', script, 'sh', process.execPath, executable('launchbench.js')];
  const { exitCode, stderr } = await execa('/bin/sh', argv, {
    ...{ stdin: 'ignore', stdout: 'ignore', reject: false },
  });
  return { status: exitCode ?? null, stderr };
}
