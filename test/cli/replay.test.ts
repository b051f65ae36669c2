import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { measuredCells } from '../../src/results/cells.ts';
import { parseResults } from '../../src/results/results.ts';
import { parseTrace } from '../../src/results/trace-file.ts';
import { captureTools, executable } from '../builders/executables.ts';
import { installed } from '../builders/needs.ts';
import { recordedCase, type RecordedTrees, unpackTrees } from '../builders/recorded-stacks.ts';
import { aFolderOf, type ResultsFolder } from '../builders/results-folder.ts';
import { aTrace, aTraceLaunch } from '../builders/some-traces.ts';

const strace = installed('strace');
const qemu = installed('qemu-x86_64');

describe.skipIf(strace === null)('launchbench replay, of a recorded capture', () => {
  let trees: RecordedTrees;
  let folder: ResultsFolder;
  let overrides: string;
  let links: number;
  beforeAll(async () => {
    trees = unpackTrees(recordedCase('one-of-each'));
    folder = aFolderOf({}, afterAll);
    overrides = trees.newOverrides();
    await folder.launchbenchProcess(
      [
        ...['trace', '--output', 'r.json', '--', process.execPath, executable('launchbench.js'), 'capture'],
        ...['--provider', trees.provider, '--container', trees.container, '--overrides', overrides],
        ...['--edition', '2022', '--strategy', 'per-driver'],
      ],
      { HOME: '/home/user' },
    );
    links = linksOfCaptures(overrides);
    rmSync(overrides, { recursive: true });
  });
  afterAll(() => {
    trees.remove();
  });

  it('makes the same launches and the same links again, and nothing where they were made', async () => {
    const { status, stdout, stderr } = await replay(folder, '--rounds', '2');
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const [cell] = cellsIn(folder);
    const { total } = parseTrace(folder.read('r.json'), 'r.json').launches;
    expect(cell?.counts).toMatchObject({ launches: total, links, seen: [total, total, total] });
    // Wherever its lines are broken, which depends on where the project lies.
    expect(stdout.replace(/\s+/gu, '')).toMatch(/Recordedof:\S+launchbench\.jscapture--provider/u);
    expect(existsSync(overrides)).toBe(false);
  });

  it.skipIf(qemu === null || captureTools().length < 2)(
    'measures them under an emulator beside, and proves that none escaped',
    { timeout: 300_000 },
    async () => {
      await replay(folder, '--rounds', '1', '--wrapper', 'qemu=qemu-x86_64');
      const cells = cellsIn(folder);
      expect(cells.map(({ emulation, void: reason }) => [emulation, reason])).toEqual([
        ['native', null],
        ['qemu', null],
      ]);
      expect(cells[1]?.counts).toMatchObject({ escaped: 0, links });
      expect(cells[1]?.counts.targetsDigest).toBe(cells[0]?.counts.targetsDigest);
      const [native = 0, emulated = 0] = cells.map(({ samples }) => samples.at(-1)?.childUserUs ?? 0);
      expect(emulated).toBeGreaterThan(native);
    },
  );

  it('finds the folder again that was open as a descriptor, as today’s pressure-vessel passes it', async () => {
    const [tool] = captureTools().slice(-1);
    const line = [...(tool?.argv ?? []), '--arch', 'x86_64-linux-gnu', '--dest=/proc/self/fd/9/lib'];
    const roots = ['--provider', trees.provider, '--container', trees.container];
    const script = `exec 9<"$0"; mkdir "$0/lib"; "$@"; :`;
    const target = trees.newOverrides();
    // What ends before one could look is not known; the tool takes some milliseconds.
    await vi.waitFor(
      async () => {
        rmSync(target, { recursive: true, force: true });
        mkdirSync(target);
        const command = ['sh', '-c', script, target, ...line, ...roots, 'soname-match:libc.so.*'];
        const recording = ['trace', '-q', '--save', 'fd.json', '--', ...command];
        expect(await folder.launchbenchProcess(recording)).toMatchObject({ status: 0 });
        expect(parseTrace(folder.read('fd.json'), 'fd.json').tree.at(-1)?.processPaths).toEqual({
          '/proc/self/fd/9': target,
        });
      },
      { timeout: 60_000 },
    );
    const made = readdirSync(join(target, 'lib'));
    expect(made).not.toEqual([]);
    rmSync(target, { recursive: true });
    rmSync(join(folder.path, 'out.json'), { force: true });
    const replaying = ['replay', 'fd.json', '--output', 'out.json', '--rounds', '1'];
    expect(await folder.launchbench(replaying)).toMatchObject({ status: 0 });
    expect(cellsIn(folder)[0]?.counts).toMatchObject({ launches: 1, links: made.length });
    expect(existsSync(target)).toBe(false);
  });

  it('is what a gate can judge, which says how to count again', async () => {
    await replay(folder, '--counts-only');
    const gate = ['gate', 'out.json', '--baseline', 'base.json'];
    expect(await folder.launchbench([...gate, '--update'])).toMatchObject({ status: 0 });
    expect(await folder.launchbench(gate)).toMatchObject({ status: 0 });
  });
});

describe('launchbench replay', () => {
  const launch = (seq: number, argv: readonly string[], status = 0) =>
    aTraceLaunch({
      ...{ seq, startedBy: 0, executable: `/bin/${argv[0] ?? ''}`, argv, cwd: '/' },
      end: { kind: 'exited', status },
    });
  const recording = (...launches: readonly ReturnType<typeof launch>[]) =>
    aFolderOf({ 'r.json': JSON.stringify(aTrace([aTraceLaunch(), ...launches])) });

  it('makes the programs again that are named, and says what is left out and why', async () => {
    const folder = recording(launch(1, ['true']), launch(2, ['cat', '/proc/self/fd/9']), launch(3, ['cat']));
    const { status, stdout } = await replay(folder, '--only', 'true', '--only', 'c?t', '--counts-only');
    expect(status).toBe(0);
    expect(cellsIn(folder)[0]?.counts.ledger.map(({ argv }) => argv)).toEqual([['/bin/true'], ['/bin/cat']]);
    expect(stdout.replace(/\s+/gu, ' ')).toContain('2 of 3 launches are made again');
    expect(stdout.replace(/\s+/gu, ' ')).toContain('Left out: cat (launch 2): it was given /proc/self/fd/9');
  });

  it('gives launches the variables that were saved, and none of the shell that would stand for them', async () => {
    const script = 'test "$KEPT" = "a b" && test "${UNSET-none}" = none && test "$OTHER" = shell';
    const shell = (seq: number, env: Readonly<Record<string, string>>) => ({
      ...launch(seq, ['sh', '-c', script]),
      env,
    });
    const saved = { variables: ['KEPT', 'UNSET'], secrets: false };
    const folder = aFolderOf({
      'r.json': JSON.stringify(aTrace([aTraceLaunch(), shell(1, { KEPT: 'a b' })], { saved })),
    });
    rmSync(join(folder.path, 'out.json'), { force: true });
    const { status, stderr } = await folder.launchbenchProcess(
      ['replay', 'r.json', '--only', 'sh', '--counts-only', '--output', 'out.json'],
      { KEPT: 'shell', UNSET: 'shell', OTHER: 'shell' },
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(cellsIn(folder)[0]?.void).toBeNull();
  });

  it('voids what ends otherwise than when it was recorded', async () => {
    const folder = recording(launch(1, ['false'], 1), launch(2, ['true'], 1));
    const { status } = await replay(folder, '--only', '*', '--counts-only', '--only', 'true');
    expect(status).toBe(2);
    const named = await replay(folder, '--only', 'false', '--only', 'true', '--counts-only');
    expect(named.status).toBe(4);
    expect(cellsIn(folder)[0]?.void).toBe(
      'launch 2 (true) ended with status 0; when it was recorded, with 1',
    );
  });

  it.each([
    [['--only', 'gti'], 'no program in r.json is called so'],
    [['--only', 'git'], 'its working directory is not there: /home/user/project'],
    [[], 'no capture tool was launched in this recording'],
  ])('with %j refuses a recording that offers nothing for it', async (options, complaint) => {
    const git = aTraceLaunch({ seq: 1, startedBy: 0, executable: '/bin/git', argv: ['git'] });
    const { status, stderr } = await replay(recording(git), ...options);
    expect(status).toBe(2);
    expect(stderr).toContain(complaint);
  });

  const whole = JSON.stringify(aTrace([aTraceLaunch(), launch(1, ['true'])]));
  it.each([
    { of: 'half of it', text: whole.slice(0, whole.length / 2), says: /r\.json:1:\d+: / },
    { of: 'nothing', text: '', says: /r\.json:1:1: / },
    {
      of: 'results',
      text: '{"schema":"launchbench.results/2"}',
      says: /r\.json:1:\d+: not a trace: expected/,
    },
    {
      of: 'a later version',
      text: whole.replace('trace/1', 'trace/9'),
      says: /written by a newer launchbench/,
    },
    {
      of: 'a gap',
      text: whole.replace('"seq":1', '"seq":2'),
      says: /r\.json:1:\d+: expected launch 1, started by/,
    },
    {
      of: 'less than it counts',
      text: whole.replace('"total":1', '"total":9'),
      says: /r\.json:1:\d+: expected 1, as many launches as/,
    },
    { of: 'a loop', text: whole.replace('"startedBy":0', '"startedBy":1'), says: /started by one before it/ },
    { of: 'a number that is none', text: whole.replace('"startUs":0', '"startUs":-1'), says: /startUs/ },
    { of: 'words that are none', text: whole.replace('["true"]', '[1]'), says: /argv/ },
    { of: 'a binary', text: '\u007fELF\u0000', says: /r\.json:1:1: / },
  ])('refuses a recording that is $of, and says where and why', async ({ text, says }) => {
    const { status, stdout, stderr } = await replay(aFolderOf({ 'r.json': text }), '--only', 'true');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(says);
  });

  it('shows nothing of a hostile recording as it is', async () => {
    const escape = '\u001b[2J::error::\u202e';
    const hostile = { ...launch(2, ['true', escape]), cwd: `/nowhere/${escape}` };
    const folder = recording(launch(1, ['true', escape]), hostile);
    const { status, stdout, stderr } = await replay(folder, '--only', 'true', '--counts-only');
    expect(status).toBe(0);
    expect(stdout).toContain('Left out: true (launch 2)');
    expect(stdout + stderr).not.toMatch(/[\u001b\u202e]/u);
  });

  it('never writes a report over the recording', async () => {
    const folder = recording(launch(1, ['true']));
    const { status } = await folder.launchbench(['replay', 'r.json', '--only', 'true', '-o', 'r.json']);
    expect(status).toBe(2);
    expect(JSON.parse(folder.read('r.json'))).toMatchObject({ schema: 'launchbench.trace/1' });
  });
});

/** Into a file that is not there yet: results replace nothing. */
function replay(folder: ResultsFolder, ...options: readonly string[]) {
  rmSync(join(folder.path, 'out.json'), { force: true });
  return folder.launchbench(['replay', 'r.json', '--output', 'out.json', ...options]);
}

function cellsIn(folder: ResultsFolder) {
  return parseResults(folder.read('out.json'), 'out.json').scenarios.flatMap(measuredCells);
}

/** The links below libdir but for the aliases, which no capture makes. */
function linksOfCaptures(overrides: string): number {
  return readdirSync(`${overrides}/lib`, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isSymbolicLink() && !/\/aliases$|\/lib$/u.test(entry.parentPath),
  ).length;
}
