import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../src/core/overrides/strategies.ts';
import { LaunchError } from '../../src/errors.ts';
import { NATIVE } from '../../src/launch/emulations/emulations.ts';
import { setUpScenario } from '../../src/runner/set-up-scenario.ts';
import { openWorkbench } from '../../src/runner/workbench.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { executable } from '../builders/executables.ts';
import { asStack, EXAMPLE_ORIGIN } from '../builders/scenario.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { aTimer } from '../builders/timers.ts';

const SCENARIO = `
version: 1
name: example
architectures: [x86_64-linux-gnu]
provider:
  synthetic:
    glibc: '2.36'
    drivers: { dri: [{ file: iris_dri.so, needs: libc.so.6 }] }
    libraries: { libGL.so.1: libc.so.6 }
container: { synthetic: { glibc: '2.31' } }
`;
const REUSE = { row: 'reuse', tool: null, emulation: NATIVE } as const;

describe.each([
  { where: 'a process of its own', ownProcess: true },
  { where: 'our own process, where nothing is timed', ownProcess: false },
])('a start that is to use overrides again, in $where', ({ ownProcess }) => {
  it('finds those of an earlier start, however young the trees are', async () => {
    const { bench } = await aBench(ownProcess);
    for (let sample = 0; sample < 3; sample++) {
      const prepared = await bench.prepare(REUSE);
      const account = await prepared.run();
      expect(account.wallNs === undefined).toBe(!ownProcess);
      expect(await prepared.examine()).toMatchObject({ drivers: { offered: 1, captured: 1 } });
      await prepared.discard();
    }
    expect(bench.ledger.entries).toEqual([]);
  });

  it('fails when something changed since, as its time would be that of a capture', async () => {
    const { bench, provider } = await aBench(ownProcess);
    const prepared = await bench.prepare(REUSE);
    appendFileSync(join(provider, 'usr/lib/x86_64-linux-gnu/libGL.so.1'), ' ');
    const run = prepared.run();
    await expect(run).rejects.toThrow(LaunchError);
    await expect(run).rejects.toThrow(/^The overrides were not used again: .*libGL\.so\.1 changed$/);
    await prepared.discard();
  });
});

async function aBench(ownProcess: boolean) {
  const signal = new AbortController().signal;
  const setUp = await setUpScenario(asStack(parseScenario(SCENARIO, EXAMPLE_ORIGIN)), {
    ...{ workDir: join(temporaryFolder(), 'work'), env: {}, cwd: '/', confined: false, signal },
    report: () => undefined,
  });
  const bench = openWorkbench(setUp, [REUSE], {
    ...{ timer: await aTimer('node'), nodeTool: null, launchEnv: {} },
    strategyFor: () => STRATEGIES.reuse,
    sameWork: 'everywhere',
    toolFor: () => () => {
      throw new Error('a tool is asked for');
    },
    freshProcess: ownProcess
      ? { command: [process.execPath, executable('capture-once.cjs')], timeoutMs: 60_000, signal }
      : null,
  });
  return { bench, provider: setUp.provider.root };
}
