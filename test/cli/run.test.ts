import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fileSystemOf } from '../../src/machine/machine-facts.ts';
import { measuredCells } from '../../src/results/cells.ts';
import { parseResults } from '../../src/results/results.ts';
import { captureTools, executable, ownToolWords } from '../builders/executables.ts';
import { launchbench, launchbenchProcess, type Ran } from '../builders/launchbench.ts';
import { installed } from '../builders/needs.ts';
import { PATIENCE } from '../builders/patience.ts';
import { aFolderOf } from '../builders/results-folder.ts';
import type { temporaryFolder } from '../builders/temporary-folder.ts';

/** Two drivers in one folder: per-driver launches four times (two drivers, main, libc family), batched three times. */
const SCENARIO = `
version: 1
name: two-drivers
architectures: [x86_64-linux-gnu]
strategies: [per-driver, batched, in-process, reuse]
emulations: [native]
sampling: { rounds: 4 }
provider:
  synthetic:
    glibc: '2.36'
    drivers:
      dri:
        - { file: iris_dri.so, needs: libc.so.6 }
        - { file: radeonsi_dri.so, needs: libc.so.6 }
    libraries:
      libGL.so.1: libc.so.6
container:
  synthetic:
    glibc: '2.31'
`;
const LAUNCHES = { 'per-driver': 4, batched: 3, 'in-process': 0, reuse: 0 };

describe('two runs of a scenario, one timed, one counting alone', () => {
  const folder = aFolder({}, afterAll);
  const countingAlone = ['run', 'scenario.yaml', '--counts-only', '--output', 'out.json', '--keep', '--json'];
  let timed: Ran;
  let counted: Ran;
  let leftByTimed: readonly string[];
  beforeAll(async () => {
    timed = await launchbenchProcess(['run', 'scenario.yaml', '--seed', '1'], inside(folder));
    leftByTimed = readdirSync(join(folder, 'tmp'));
    counted = await launchbenchProcess(countingAlone, inside(folder));
  });

  it('counts, times, shows, and keeps every sample in a results file', () => {
    expect(timed).toMatchObject({ status: 0 });
    expect(timed.stdout).toMatch(/per-driver[^]*batched[^]*in-process[^]*reuse/);
    const results = onlyResults(folder);
    expect(results.run).toMatchObject({ mode: 'timed', complete: true, seed: 1 });
    const [scenario] = results.scenarios;
    expect(scenario?.sampling.rounds).toBe(4);
    expect(scenario?.equivalence.equivalent).toBe(true);
    expect(launchesIn(results)).toEqual(LAUNCHES);
    for (const cell of scenario?.cells ?? []) {
      expect(cell.kind === 'measured' && cell.samples.map(({ warmup }) => warmup)).toEqual([
        true,
        ...[false, false, false, false],
      ]);
    }
  });

  it('write the same launches down: no name of a temporary folder is among them', () => {
    const path = join(folder, 'out.json');
    const launches = [onlyResults(folder), parseResults(readFileSync(path, 'utf8'), path)].map(
      ({ scenarios }) =>
        scenarios.flatMap((scenario) =>
          measuredCells(scenario).map(({ counts }) => [counts.ledger, counts.targetsDigest]),
        ),
    );
    expect(launches[0]).toEqual(launches[1]);
    expect(JSON.stringify(launches)).toContain('{OVERRIDES}/lib/x86_64-linux-gnu');
    expect(JSON.stringify(launches)).not.toContain(folder);
  });

  it('leave nothing in the temporary folder', () => {
    expect(leftByTimed).toEqual([]);
  });

  it.each(captureTools())(
    'count the same with each form of our own tool, and keep which: $form',
    async ({ form }) => {
      const other = aFolder();
      await launchbench(['run', 'scenario.yaml', '--counts-only', '--tool', form], inside(other));
      const results = onlyResults(other);
      expect(launchesIn(results)).toEqual(LAUNCHES);
      const launched = results.scenarios.flatMap(measuredCells).flatMap(({ counts }) => counts.ledger);
      expect(new Set(launched.map((launch) => launch.executable))).toEqual(new Set(['capture-libs']));
      expect(results.fingerprint.tools.map(({ kind }) => kind)).toEqual([form]);
      expect(JSON.stringify(results.scenarios)).not.toContain(dirname(inject('bin')));
    },
  );

  it('name no capture tool where nothing is launched', async () => {
    const other = aFolder();
    const inProcess = ['--strategy', 'in-process', '--strategy', 'reuse', '--counts-only'];
    expect(await launchbench(['run', 'scenario.yaml', ...inProcess], inside(other))).toMatchObject({
      status: 0,
    });
    const { fingerprint, scenarios } = onlyResults(other);
    expect(fingerprint.tools).toEqual([]);
    expect(scenarios.flatMap(measuredCells).map(({ counts }) => counts.launches)).toEqual([0, 0]);
  });

  it('keep the temporary trees on request, and say where', () => {
    const [kept = 'none'] = readdirSync(join(folder, 'tmp'));
    expect(counted.stderr).toContain(`Temporary trees are kept in ${join(folder, 'tmp', kept)}`);
  });

  it.runIf(fileSystemOf('/dev/shm') === 'tmpfs')(
    'make their trees in memory where no folder for temporary files is named, and keep which file system it was',
    async () => {
      const { cwd, env } = inside(aFolder());
      const args = ['run', 'scenario.yaml', '--counts-only', '--output', 'out.json', '--keep'];
      const { stderr } = await launchbench(args, { cwd, env: { ...env, TMPDIR: '' } });
      const [, kept = 'none'] = /Temporary trees are kept in (.*)/.exec(stderr) ?? [];
      expect(fileSystemOf(kept)).toBe('tmpfs');
      rmSync(kept, { recursive: true });
      const { fingerprint } = parseResults(readFileSync(join(cwd, 'out.json'), 'utf8'), 'out.json');
      expect(fingerprint.fileSystems.temporary).toBe('tmpfs');
    },
  );

  it('print one JSON document with --json, and nothing else', () => {
    expect(() => JSON.parse(counted.stdout) as unknown).not.toThrow();
  });

  it('write the results where they are told, and never over a file, which they say before they measure', async () => {
    expect(counted.status).toBe(0);
    const again = await launchbench(countingAlone, inside(folder));
    expect(again).toMatchObject({ status: 2, stdout: '' });
    expect(again.stderr).toContain('out.json: exists already');
    expect(again.stderr).not.toContain('Temporary trees');
  });
});

describe('launchbench run', () => {
  it('sees before it measures that the results could not be written', async () => {
    const { status, stderr } = await launchbench(
      ['run', 'scenario.yaml', '--output', '/proc/nowhere/out.json'],
      inside(aFolder()),
    );
    expect(status).toBe(3);
    expect(stderr).toContain('Cannot write /proc/nowhere/out.json');
  });

  it('keeps which drivers were captured, and how many links the same plan makes in-process', async () => {
    const forgetful = `#!/bin/sh
${ownToolWords()} "$@" || exit
for word; do [ "$previous" = --dest ] && find "$word" -name '*_dri.so' -delete; previous=$word; done
`;
    const folder = aFolder({ 'tool.sh': forgetful });
    makeExecutable(folder, 'tool.sh');
    const command = ['run', 'scenario.yaml', '--counts-only', '--strategy', 'batched'];
    await launchbench([...command, '-o', 'whole.json'], inside(folder));
    await launchbench([...command, '--tool', './tool.sh', '-o', 'broken.json'], inside(folder));
    const [whole, broken] = ['whole.json', 'broken.json'].map((name) => {
      const path = join(folder, name);
      return parseResults(readFileSync(path, 'utf8'), path).scenarios[0]?.cells[0];
    });
    if (whole?.kind !== 'measured' || broken?.kind !== 'measured') throw new Error('no cells');
    expect(whole.counts.drivers).toEqual({ offered: 2, captured: 2 });
    expect(whole.counts.foreseenLinks).toBe(whole.counts.links);
    expect(broken.counts.drivers).toEqual({ offered: 2, captured: 0 });
    expect(broken.counts).toMatchObject({
      links: (whole.counts.links ?? 0) - 2,
      foreseenLinks: whole.counts.links,
    });
  });

  it('says with status 4 which launch failed, and what the tool printed', async () => {
    const folder = aFolder({ 'broken-tool': '#!/bin/sh\necho "no such luck" >&2\nexit 1\n' });
    makeExecutable(folder, 'broken-tool');
    const { status, stdout } = await launchbench(
      [
        'run',
        'scenario.yaml',
        '--counts-only',
        '--tool',
        // From where we stand, not from where it is launched.
        './broken-tool',
        '--strategy',
        'batched',
      ],
      { ...inside(folder), env: { ...inside(folder).env, COLUMNS: '400' } },
    );
    expect(status).toBe(4);
    expect(stdout).toContain('exited with status 1');
    expect(stdout).toContain('no such luck');
  });

  it('ends a tool that hangs, after the timeout', async () => {
    const folder = aFolder({ 'slow-tool': '#!/bin/sh\nsleep 600\n' });
    makeExecutable(folder, 'slow-tool');
    const { status, stdout } = await launchbench(
      [
        ...['run', 'scenario.yaml', '--counts-only', '--strategy', 'batched', '--timeout', '0.3'],
        ...['--tool', join(folder, 'slow-tool')],
      ],
      { ...inside(folder), env: { ...inside(folder).env, COLUMNS: '400' } },
    );
    expect(status).toBe(4);
    expect(stdout).toContain('had not finished after 0.3 s');
  });

  it('refuses one scenario named twice before anything is measured', async () => {
    const { status, stderr } = await launchbench(
      ['run', 'mesa-desktop', 'collisions', 'mesa-desktop'],
      inside(aFolder()),
    );
    expect(status).toBe(2);
    expect(stderr).toContain('two of the scenarios are called "mesa-desktop"');
  });

  it('refuses a time-out that no timer can wait for', async () => {
    const { status, stderr } = await launchbench(
      ['run', 'mesa-desktop', '--timeout', '3000000'],
      inside(aFolder()),
    );
    expect(status).toBe(2);
    expect(stderr).toContain('2147483');
  });

  it('says with status 3 that a tool is missing', async () => {
    const { status, stderr } = await launchbench(
      ['run', 'scenario.yaml', '--counts-only', '--tool', '/nowhere/tool'],
      inside(aFolder()),
    );
    expect(status).toBe(3);
    expect(stderr).toContain('/nowhere/tool');
  });

  it.each([20, 24])('says with status 3 that %i open files are too few', async (most) => {
    const { exitCode, stderr } = await execa(
      'bash',
      [
        '-c',
        `ulimit -n ${most}; exec '${process.execPath}' '${executable('launchbench.js')}' run scenario.yaml --counts-only`,
      ],
      { ...inside(aFolder()), reject: false, timeout: PATIENCE.timeout },
    );
    expect(exitCode).toBe(3);
    expect(stderr).toContain('ulimit -n');
    expect(stderr).not.toContain('internal error');
  });

  it('runs a shard: whole scenarios, marked as a part of one run', async () => {
    const folder = aFolder({ 'other.yaml': SCENARIO.replace('two-drivers', 'other') });
    const { status } = await launchbench(
      [...['run', 'scenario.yaml', 'other.yaml', '--counts-only'], ...['--shard', '2/2', '--run-id', 'r1']],
      inside(folder),
    );
    expect(status).toBe(0);
    const results = onlyResults(folder);
    expect(results.shard).toEqual({ index: 2, count: 2, run: 'r1' });
    expect(results.scenarios.map(({ name }) => name)).toEqual(['other']);
  });

  it.each<{ args: readonly string[]; complaint: RegExp }>([
    {
      args: ['--shard', '3/2', '--run-id', 'r'],
      complaint: /expected I\/N with I from 1 to N, found "3\/2"/,
    },
    { args: ['--emulation', 'fex-nocahe'], complaint: /did you mean "fex-nocache"\?/ },
    { args: ['--quick', '--counts-only'], complaint: /cannot be used together/ },
    { args: ['--rounds', '0'], complaint: /--rounds/ },
  ])('refuses $args with status 2', async ({ args, complaint }) => {
    const { status, stderr } = await launchbench(['run', 'scenario.yaml', ...args], inside(aFolder()));
    expect(status).toBe(2);
    expect(stderr).toMatch(complaint);
  });
});

describe('two builds of a tool', () => {
  const tool = `#!/bin/sh\nexec ${ownToolWords()} "$@"\n`;

  it('are measured in the same rounds, and the second is compared with the first, strategy by strategy', async () => {
    const folder = aFolder({ old: tool, new: `${tool}# another\n` });
    makeExecutable(folder, 'old', 'new');
    const { status, stdout } = await launchbench(
      [
        ...['run', 'scenario.yaml', '--quick', '--tool', 'before=./old', '--tool', 'after=./new'],
        ...['--strategy', 'batched', '--strategy', 'in-process'],
      ],
      inside(folder),
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/ratio to before[^]*batched@after/);
    const { scenarios, fingerprint } = onlyResults(folder);
    expect(scenarios[0]?.cells.map(({ row, tool: name }) => [row, name])).toEqual([
      ['batched', 'before'],
      ['in-process', null],
      ['batched', 'after'],
    ]);
    expect(fingerprint.tools.map(({ tool: name, arch, kind }) => [name, arch, kind])).toEqual([
      ['after', 'x86_64-linux-gnu', 'external'],
      ['before', 'x86_64-linux-gnu', 'external'],
    ]);
    expect(new Set(fingerprint.tools.map(({ sha256 }) => sha256)).size).toBe(2);
  });

  it('look last where the edition says, if they can be told, so that they find what our own process finds', async () => {
    const folder = aFolder({ tool });
    makeExecutable(folder, 'tool');
    const { status, stdout } = await launchbench(
      [
        // Of the edition of 2022, with a library that only the folders that came later hold.
        ...['run', 'mesa-desktop', '--counts-only', '--tool', 'named=./tool'],
        ...['--strategy', 'batched', '--strategy', 'in-process'],
      ],
      inside(folder),
    );
    expect(stdout).not.toContain('not equivalent');
    expect(status).toBe(0);
  });

  it('under one name are bad usage', async () => {
    const { status, stderr } = await launchbench(
      ['run', 'scenario.yaml', '--tool', 'a=/bin/true', '--tool', 'a=/bin/false'],
      inside(aFolder()),
    );
    expect(status).toBe(2);
    expect(stderr).toContain('a second tool for x86_64-linux-gnu');
  });
});

describe('an emulation', () => {
  it('that is optional is left out where its program is missing, with a note', async () => {
    const folder = beside('{ wrapper: emulated, command: [no-such-emulator], optional: true }');
    const { status } = await launchbench(['run', 'scenario.yaml', '--quick'], inside(folder));
    expect(status).toBe(0);
    const [scenario] = onlyResults(folder).scenarios;
    expect(new Set(scenario?.cells.map(({ emulation }) => emulation))).toEqual(new Set(['native']));
    expect(scenario?.notes).toEqual([
      'Emulation "emulated" needs no-such-emulator, which is not there, so it is left out. Install it, or name its path in the scenario.',
    ]);
  });

  it('of our own tool as a Node program is told to be slow', async () => {
    const folder = beside('{ wrapper: emulated, command: [/usr/bin/env] }');
    await launchbench(
      ['run', 'scenario.yaml', '--counts-only', '--strategy', 'single-launch', '--tool', 'node'],
      inside(folder),
    );
    const [scenario] = onlyResults(folder).scenarios;
    expect(scenario?.notes.join('\n')).toContain('as a native one (launchbench build-native)');
  });

  it('that is missing and not optional ends the run with status 3', async () => {
    const folder = beside('{ wrapper: emulated, command: [no-such-emulator] }');
    const { status, stderr } = await launchbench(['run', 'scenario.yaml', '--counts-only'], inside(folder));
    expect(status).toBe(3);
    expect(stderr).toContain('needs no-such-emulator');
  });

  it('with rounds of its own is timed in them, and claims as little as a quick run', async () => {
    const folder = beside('{ wrapper: emulated, command: [/usr/bin/env], rounds: 1 }');
    const { status, stdout } = await launchbench(
      ['run', 'scenario.yaml', '--strategy', 'batched', '--rounds', '2'],
      inside(folder),
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/emulated\n[^]*quick, not for claims/);
    const [scenario] = onlyResults(folder).scenarios;
    expect(scenario?.sampling.rounds).toBe(2);
    expect(scenario?.ownRounds).toMatchObject([
      { emulation: 'emulated', rounds: 1, native: [{ row: 'batched' }] },
    ]);
    expect(scenario?.ownRounds[0]?.native[0]?.samples).toHaveLength(1);
  });
});

describe('an interrupt', () => {
  it('ends the children, removes the trees, keeps whole blocks, and exits with 130', async () => {
    const tool = `#!/bin/sh
echo launched >> "\${0%/*}/launches"
exec ${ownToolWords()} "$@"
`;
    const folder = aFolder({ 'tool.sh': tool, launches: '' });
    makeExecutable(folder, 'tool.sh');
    const child = startRun(folder, '--rounds', '3000', '--strategy', 'batched', '--tool', './tool.sh');
    // The warm-up and two rounds, of which the first is a whole block, and one launch of the next.
    const enough = 3 * LAUNCHES.batched + 1;
    await expect
      .poll(() => readFileSync(join(folder, 'launches'), 'utf8').split('\n').length, PATIENCE)
      .toBeGreaterThan(enough);
    child.kill('SIGINT');
    expect((await child).exitCode).toBe(130);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    const results = onlyResults(folder);
    expect(results.run.complete).toBe(false);
    expect(results.scenarios[0]?.sampling.rounds).toBeGreaterThan(0);
  });
});

describe('a tracer', () => {
  const withWrapper = SCENARIO.replace('[native]', '[native, { wrapper: plain, command: [env] }]');

  it.each([
    ['is not started for launches that no wrapper makes', SCENARIO, false],
    ['is looked for where launches could escape a wrapper', withWrapper, true],
  ])('%s', async (_, scenario, isStarted) => {
    const folder = aFolder({
      'scenario.yaml': scenario,
      strace: '#!/bin/sh\ntouch "${0%/*}/started"\nexit 1\n',
    });
    makeExecutable(folder, 'strace');
    const { env, cwd } = inside(folder);
    const { status } = await launchbench(['run', 'scenario.yaml', '--counts-only', '--strategy', 'batched'], {
      cwd,
      env: { ...env, PATH: `${folder}:${env.PATH}`, LAUNCHBENCH_TRACER: 'strace' },
    });
    expect(status).toBe(0);
    expect(readdirSync(folder).includes('started')).toBe(isStarted);
    expect(onlyResults(folder).fingerprint.tracer).toBeNull();
  });
});

const strace = installed('strace');
describe.skipIf(strace === null)('counted from outside (needs strace)', () => {
  it('run launches exactly what it reports', async () => {
    const folder = aFolder();
    const log = join(folder, 'trace.log');
    await execa(
      strace ?? '',
      [
        ...['-f', '--seccomp-bpf', '-z', '-qq', '-s', '4096'],
        ...['-e', 'trace=execve,execveat', '-e', 'signal=none', '-o', log],
        ...[process.execPath, executable('launchbench.js'), 'run', 'scenario.yaml', '--counts-only'],
      ],
      { ...inside(folder), extendEnv: false, timeout: PATIENCE.timeout },
    );
    const capturing = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.includes('/capture-libs') && line.includes('"--dest"'));
    const twoPasses = 2 * (LAUNCHES['per-driver'] + LAUNCHES.batched);
    expect(capturing).toHaveLength(twoPasses);
    expect(launchesIn(onlyResults(folder))).toEqual(LAUNCHES);
  });

  it('--verify-counts holds the ledger against the tracer, cell by cell', async () => {
    const folder = aFolder();
    const { status } = await launchbench(
      ['run', 'scenario.yaml', '--counts-only', '--verify-counts'],
      inside(folder),
    );
    expect(status).toBe(0);
    const cells = onlyResults(folder).scenarios.flatMap(measuredCells);
    expect(cells.map(({ counts }) => counts.launches)).toEqual([4, 3, 0, 0]);
    expect(cells.map(({ counts }) => counts.toolLaunches)).toEqual([0, 0, 0, 0]);
  });

  it('a count that the tracer does not confirm voids its cell, with status 4, and the results are kept', async () => {
    // A tracer that saw another first capture than the one that the ledger holds.
    const folder = aFolder({
      strace: `#!/bin/sh
${strace ?? ''} "$@" || exit
for word; do [ "$previous" = -o ] && log=$word; previous=$word; done
[ -z "$log" ] || sed -i '0,/--dest/s//--elsewhere/' "$log"
`,
    });
    makeExecutable(folder, 'strace');
    const { env, cwd } = inside(folder);
    const { status, stdout } = await launchbench(
      ['run', 'scenario.yaml', '--counts-only', '--verify-counts', '--strategy', 'batched'],
      { cwd, env: { ...env, PATH: `${folder}:${env.PATH}`, LAUNCHBENCH_TRACER: 'strace' } },
    );
    expect(status).toBe(4);
    expect(stdout).toMatch(/batched.*is void:\s+ledger\s+and\s+tracer\s+disagree/);
    const [cell] = onlyResults(folder).scenarios[0]?.cells ?? [];
    expect(cell?.kind === 'measured' && cell.void).toMatch(
      /Launch 1 is .*--dest.* in the ledger, and .*--elsewhere/,
    );
  });

  it('an interrupt while the tracer watches ends it too, and keeps what was counted before', async () => {
    const tool = `#!/bin/sh
if grep -q 'TracerPid:[^0-9]*[1-9]' /proc/self/status; then echo > "\${0%/*}/traced"; exec sleep 600; fi
exec ${ownToolWords()} "$@"
`;
    const folder = aFolder({ 'tool.sh': tool });
    makeExecutable(folder, 'tool.sh');
    const counting = ['--counts-only', '--verify-counts', '--strategy', 'batched', '--tool', './tool.sh'];
    const child = startRun(folder, ...counting);
    await expect.poll(() => readdirSync(folder), PATIENCE).toContain('traced');
    child.kill('SIGINT');
    expect((await child).exitCode).toBe(130);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    const results = onlyResults(folder);
    expect(results.run.complete).toBe(false);
    expect(results.scenarios.flatMap(measuredCells).map(({ counts }) => counts.seen)).toEqual([[3, 3]]);
  });

  it('programs that a tool launches itself are pointed out: the ledger cannot see them', async () => {
    const tool = `#!/bin/sh\nexec ${ownToolWords()} "$@"\n`;
    const folder = aFolder({ 'tool.sh': tool });
    makeExecutable(folder, 'tool.sh');
    const { status, stdout } = await launchbench(
      [
        ...['run', 'scenario.yaml', '--counts-only', '--verify-counts'],
        ...['--strategy', 'batched', '--tool', './tool.sh'],
      ],
      { ...inside(folder), env: { ...inside(folder).env, COLUMNS: '200' } },
    );
    expect(status).toBe(0);
    expect(stdout).toContain('its tool launched 3 programs more, which only the tracer sees');
  });

  it('a missing tracer is said with status 3, and how to get it', async () => {
    const { status, stderr } = await launchbench(
      ['run', 'scenario.yaml', '--counts-only', '--verify-counts'],
      { ...inside(aFolder()), env: { PATH: '/nowhere', LAUNCHBENCH_TRACER: 'strace' } },
    );
    expect(status).toBe(3);
    expect(stderr).toContain('apt-get install strace');
  });
});

const qemu = installed('qemu-x86_64');
describe.skipIf(qemu === null)('under a real emulator (needs qemu-x86_64)', () => {
  it('counts the same launches as natively, each proven to have been emulated', async () => {
    const folder = beside('{ wrapper: emulated, command: [qemu-x86_64] }');
    const { status } = await launchbench(
      ['run', 'scenario.yaml', '--counts-only', '--strategy', 'batched'],
      inside(folder),
    );
    expect(status).toBe(0);
    const results = onlyResults(folder);
    const cells = results.scenarios.flatMap(measuredCells);
    expect(cells.map(({ emulation, counts }) => [emulation, counts.launches])).toEqual([
      ['native', 3],
      ['emulated', 3],
    ]);
    expect(cells[1]?.counts).toMatchObject({ toolLaunches: 0, escaped: 0 });
    expect(results.fingerprint.emulators[0]?.version).toContain('qemu-x86_64 version');
  });
});

/** A folder with the scenario and further files, and beside it one for temporary files alone. */
function aFolder(
  files: Readonly<Record<string, string>> = {},
  ...whenDone: Parameters<typeof temporaryFolder>
): string {
  return aFolderOf({ 'scenario.yaml': SCENARIO, ...files }, ...whenDone).path;
}

/** The folder of the scenario with another emulation beside the native one. */
function beside(emulation: string): string {
  return aFolder({
    'scenario.yaml': SCENARIO.replace('emulations: [native]', `emulations: [native, ${emulation}]`),
  });
}

function inside(folder: string) {
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  return { cwd: folder, env: { PATH: process.env['PATH'] ?? '', TMPDIR: join(folder, 'tmp') } };
}

function makeExecutable(folder: string, ...names: readonly string[]): void {
  for (const name of names) chmodSync(join(folder, name), 0o755);
}

/** Starts a run that will be interrupted. */
function startRun(folder: string, ...options: readonly string[]) {
  return execa(process.execPath, [executable('launchbench.js'), 'run', 'scenario.yaml', ...options], {
    ...{ ...inside(folder), extendEnv: false, stdio: 'ignore', reject: false },
    ...{ timeout: PATIENCE.timeout, killSignal: 'SIGKILL' },
  });
}

function onlyResults(folder: string) {
  const [name = 'none'] = readdirSync(join(folder, 'results'));
  const path = join(folder, 'results', name);
  return parseResults(readFileSync(path, 'utf8'), path);
}

function launchesIn({ scenarios }: ReturnType<typeof onlyResults>) {
  return Object.fromEntries(
    scenarios.flatMap(measuredCells).map(({ row, counts }) => [row, counts.launches]),
  );
}
