import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NATIVE, type WrapperEmulation } from '../../src/launch/emulations/emulations.ts';
import { createLauncher } from '../../src/launch/launcher.ts';
import { createLedger, type LedgerEntry } from '../../src/launch/ledger.ts';
import type { TracedLaunch } from '../../src/trace/process-tree.ts';
import { readTrace } from '../../src/trace/tracer.ts';
import { type CountCheck, verifyCounts } from '../../src/trace/verify.ts';
import { installed } from '../builders/needs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { aTimer, TIMER_KINDS } from '../builders/timers.ts';
import { aTracer, TRACER_KINDS } from '../builders/tracers.ts';

type Argv = readonly [string, ...string[]];

const LAUNCHER = 10;
const root = aLaunch(['timing-helper'], { pid: LAUNCHER, parentPid: null });

function aLaunch(argv: Argv, changes: Partial<TracedLaunch> = {}): TracedLaunch {
  const end = { kind: 'exited', status: 0 } as const;
  return {
    pid: 11,
    parentPid: LAUNCHER,
    image: 0,
    startedBy: 0,
    cwd: null,
    forks: 0,
    isCut: false,
    variables: null,
    tried: [],
    processPaths: {},
    interpreter: null,
    path: argv[0],
    argv,
    startS: 0,
    endS: 1,
    end,
    ...changes,
  };
}

function anEntry(argv: Argv, wrapper: readonly string[] = []): Pick<LedgerEntry, 'argv' | 'command'> {
  const [first = argv[0], ...rest] = [...wrapper, ...argv];
  return { argv, command: [first, ...rest] };
}

function check(
  ledger: readonly Pick<LedgerEntry, 'argv' | 'command'>[],
  seen: readonly TracedLaunch[],
  guestsExecEmulated = false,
): CountCheck {
  return verifyCounts({
    ledger,
    trace: { launches: [root, ...seen], forks: 0 },
    launcherPid: LAUNCHER,
    guestsExecEmulated,
  });
}

describe('ledger and tracer', () => {
  it('agree when the launcher’s children are the ledger, in order, with equal arguments', () => {
    const seen = [aLaunch(['/a', '1'], { pid: 11 }), aLaunch(['/a', '2'], { pid: 12 })];
    expect(check([anEntry(['/a', '1']), anEntry(['/a', '2'])], seen)).toMatchObject({
      disagreement: null,
      deeper: [],
      hostExecs: 2,
    });
  });

  it.each([
    {
      wrong: 'a launch that the ledger does not know',
      ledger: [['/a']],
      seen: [['/a'], ['/b']],
      says: 'The ledger holds 1 launches, the tracer saw 2.',
    },
    {
      wrong: 'a launch that nobody saw',
      ledger: [['/a'], ['/b']],
      seen: [['/a']],
      says: 'The ledger holds 2 launches, the tracer saw 1.',
    },
    {
      wrong: 'another argument',
      ledger: [['/a', '1']],
      seen: [['/a', '2']],
      says: 'Launch 1 is ["/a","1"] in the ledger, and ["/a","2"] to the tracer.',
    },
    {
      wrong: 'one argument more',
      ledger: [['/a']],
      seen: [['/a', '/a']],
      says: 'Launch 1 is ["/a"] in the ledger, and ["/a","/a"] to the tracer.',
    },
    {
      wrong: 'another order',
      ledger: [['/a'], ['/b']],
      seen: [['/b'], ['/a']],
      says: 'Launch 1 is ["/a"] in the ledger, and ["/b"] to the tracer.',
    },
  ] satisfies { wrong: string; ledger: Argv[]; seen: Argv[]; says: string }[])(
    'disagree about $wrong',
    ({ ledger, seen, says }) => {
      const found = check(
        ledger.map((argv) => anEntry(argv)),
        seen.map((argv, index) => aLaunch(argv, { pid: 11 + index })),
      );
      expect(found.disagreement).toBe(says);
    },
  );

  it('count what a tool launches itself, as the tool’s', () => {
    const chained = aLaunch(['/next'], { image: 1 });
    const deeper = aLaunch(['/deeper'], { pid: 12, parentPid: 11 });
    const found = check([anEntry(['/a'])], [aLaunch(['/a']), chained, deeper]);
    expect(found).toMatchObject({ disagreement: null, deeper: [chained, deeper], escaped: [] });
  });
});

describe('under a wrapper', () => {
  const wrapped = anEntry(['/tool', 'x'], ['/usr/bin/qemu-x86_64', '-R', '1']);
  const seen = aLaunch(['/usr/bin/qemu-x86_64', '-R', '1', '/tool', 'x']);

  it('one guest is one launch, and the wrapper must have been seen before it', () => {
    expect(check([wrapped], [seen])).toMatchObject({
      disagreement: null,
      deeper: [],
      hostExecs: 1,
      escaped: [],
    });
    expect(check([wrapped], [aLaunch(['/tool', 'x'])]).disagreement).toMatch(/^Launch 1 is /);
  });

  it('a program that the guest executes escapes', () => {
    const bare = aLaunch(['/bin/true'], { pid: 12, parentPid: 11 });
    expect(check([wrapped], [seen, bare])).toMatchObject({ deeper: [bare], escaped: [bare] });
  });

  it('nothing escapes where the kernel sees to it', () => {
    const bare = aLaunch(['/bin/true'], { pid: 12, parentPid: 11 });
    expect(check([wrapped], [seen, bare], true).escaped).toEqual([]);
  });

  it.each([
    // FEX executes itself anew, whatever its children are called.
    { again: 'as /proc/self/exe', path: '/proc/self/exe', argv: ['/bin/true'] },
    { again: 'by its path', path: '/usr/bin/qemu-x86_64', argv: ['/bin/true'] },
    { again: 'by its name', path: '/proc/self/fd/3', argv: ['/usr/bin/qemu-x86_64', '/bin/true'] },
  ] as const)('nothing escapes that the emulator is executed for again $again', ({ path, argv }) => {
    const launch = aLaunch(argv, { pid: 12, parentPid: 11, path });
    expect(check([wrapped], [seen, launch])).toMatchObject({ deeper: [launch], escaped: [] });
  });

  it('what the emulator executes for itself is no launch', () => {
    const scripted = anEntry(['/tool', 'x'], ['/opt/emulate']);
    const images = [
      aLaunch(['/opt/emulate', '/tool', 'x']),
      aLaunch(['/opt/FEX', '/tool', 'x'], { image: 1 }),
      aLaunch(['FEXServer'], { pid: 12, parentPid: 11, path: '/usr/bin/FEXServer' }),
    ];
    expect(check([scripted], images)).toMatchObject({
      disagreement: null,
      deeper: [],
      escaped: [],
      hostExecs: 3,
    });
  });
});

describe.each(TRACER_KINDS.flatMap((tracer) => TIMER_KINDS.map((timer) => ({ tracer, timer }))))(
  'a real run of timer $timer under $tracer',
  ({ tracer: tracerKind, timer: kind }) => {
    async function run(
      emulation: WrapperEmulation | typeof NATIVE,
      ...argvs: readonly Argv[]
    ): Promise<CountCheck> {
      const logDir = temporaryFolder();
      const log = join(logDir, 'trace.log');
      const tracer = await aTracer(tracerKind);
      const timer = await aTimer(kind, { prefix: tracer.command(log) });
      const ledger = createLedger();
      const launcher = createLauncher({ timer, emulation, ledger, logDir });
      for (const argv of argvs) {
        await launcher.launch({
          argv,
          env: {},
          timeoutMs: 20_000,
          purpose: 'test',
          arch: null,
          executable: argv[0],
        });
      }
      await timer.close();
      return verifyCounts({
        ledger: ledger.entries,
        trace: await readTrace(tracer, log),
        launcherPid: timer.pid,
      });
    }

    it('agrees with the ledger', async () => {
      const found = await run(
        NATIVE,
        ['/bin/true', 'é\n'],
        ['/bin/sh', '-c', '/bin/true; :'],
        ['/bin/false'],
      );
      expect(found).toMatchObject({ disagreement: null, escaped: [] });
      expect(found.deeper.map(({ argv }) => argv)).toEqual([['/bin/true']]);
    });

    const qemu = installed('qemu-x86_64');
    it.skipIf(qemu === null || process.arch !== 'x64')(
      'finds the launch that escapes from qemu-user',
      async () => {
        const emulation: WrapperEmulation = {
          kind: 'wrapper',
          name: 'qemu',
          command: { 'x86_64-linux-gnu': [qemu ?? ''] },
        };
        const found = await run(emulation, ['/bin/true'], ['/bin/sh', '-c', '/bin/true; :']);
        expect(found).toMatchObject({ disagreement: null });
        expect(found.escaped.map(({ argv }) => argv)).toEqual([['/bin/true']]);
      },
    );
  },
);
