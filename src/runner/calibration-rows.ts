import { join } from 'node:path';
import { describeEnd, serveByLaunching, toolFailure } from '../core/overrides/each-launch.ts';
import { foreseeCaptures } from '../core/overrides/in-process.ts';
import { runPlan } from '../core/overrides/run-plan.ts';
import type { OpenServer } from '../core/overrides/server.ts';
import { STRATEGIES, type Strategy } from '../core/overrides/strategies.ts';
import type { CaptureCall } from '../core/planning/plan.ts';
import type { ScenarioSetUp } from './set-up-scenario.ts';

/** The row that starts the tool and does nothing. */
const START_ROW = 'start';

/**
 * The row that no parameter is fitted to: a whole strategy, with calls that the others do not make. It has few launches and
 * one large one, which is the hard case. Source: our emulation specification, 3.4.
 */
export const HOLD_OUT_ROW = 'batched-dedup';

/**
 * What a model is fitted to: a bare start, calls that capture ever more drivers alone, calls that capture ever more
 * libraries with what they need, and the strategy that is held out. Source: our emulation specification, 3.3, and our
 * measurement specification, 13.2, which wants eight calls or more.
 */
export async function calibrationRows(setUp: ScenarioSetUp): Promise<ReadonlyMap<string, Strategy>> {
  const calls = await foreseeCalls(setUp);
  const drivers = calls.filter(({ purpose }) => purpose.startsWith('driver'));
  const libraries = calls.filter(({ purpose }) => purpose === 'main');
  const [call] = calls;
  return new Map([
    ...(call === undefined ? [] : [[START_ROW, startOnly(call)] as const]),
    ...ofGrowingSize('drivers', drivers),
    ...ofGrowingSize('libraries', libraries),
    [HOLD_OUT_ROW, STRATEGIES[HOLD_OUT_ROW]],
  ]);
}

/** The calls that per-driver makes, foreseen. */
async function foreseeCalls(setUp: ScenarioSetUp): Promise<readonly CaptureCall[]> {
  const server = foreseeCaptures({ ...setUp, overrides: join(setUp.workDir, 'foreseen') });
  const captures = await runPlan({ ...setUp, plan: STRATEGIES['per-driver'].planOf(), server });
  return captures.flatMap(({ calls }) => calls);
}

function ofGrowingSize(
  what: string,
  calls: readonly CaptureCall[],
): readonly (readonly [string, Strategy])[] {
  const [first] = calls;
  const patterns = calls.flatMap((call) => call.patterns);
  if (first === undefined) return [];
  return sizesUpTo(patterns.length).map((size) => [
    `${what} ${size}`,
    oneCall({ ...first, dest: FOLDER, patterns: patterns.slice(0, size) }, serveByLaunching),
  ]);
}

/** Made by nothing else, so that no link of it is copied, numbered or given another name. */
const FOLDER = 'calibration';

/** 1, n and two sizes between, each the same times larger; each once. */
function sizesUpTo(count: number): readonly number[] {
  const sizes = [0, 1, 2, 3].map((step) => Math.round(count ** (step / 3)));
  return [...new Set(sizes)].filter((size) => size > 0);
}

/**
 * Launches of a call in one sample, as a strategy makes one after the other. With a single one, caches were full of what
 * ran before it, and strategies were predicted 4 to 7 % too low; with three, 0 to 1 % too high (qemu-x86_64, load 12).
 */
const REPETITIONS = 3;

function oneCall(call: CaptureCall, openServer: OpenServer): Strategy {
  return {
    summary: 'one call, over and over',
    planOf: () =>
      function* () {
        for (let time = 0; time < REPETITIONS; time += 1) {
          yield { ...call, dest: `${call.dest}/${time}`, mayFail: false };
        }
        return { bindings: [], searchPath: {} };
      },
    openServer,
    launches: true,
    keepsOverrides: false,
    countLaunches: () => REPETITIONS,
  };
}

/** Answers before it reads anything. */
function startOnly(call: CaptureCall): Strategy {
  return oneCall({ ...call, patterns: [] }, (_, { launcher, toolFor, env, timeoutMs }) => ({
    async serve({ arch, purpose }) {
      const tool = toolFor(arch);
      const argv: [string, ...string[]] = [...tool.argv, '--print-ld.so'];
      const request = { argv, env, timeoutMs, purpose, arch, executable: tool.executable };
      const { end, stderr } = await launcher.launch(request);
      const failure = describeEnd(end);
      if (failure !== null) throw toolFailure(failure, stderr, argv, {});
      return { links: new Map() };
    },
  }));
}
