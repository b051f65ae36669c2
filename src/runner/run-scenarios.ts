import { createHash, randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { STRATEGIES } from '../core/overrides/strategies.ts';
import { InterruptedError } from '../errors.ts';
import { openTimer, unopenedTimer } from '../launch/open-timer.ts';
import { collectFingerprint } from '../machine/fingerprint.ts';
import type { Fingerprint } from '../machine/machine-description.ts';
import { fileSystemOf, readMachineFacts } from '../machine/machine-facts.ts';
import { placeForTrees } from '../machine/place-for-trees.ts';
import { type MeasuredScenario, measureScenario } from './measure-scenario.ts';
import type { MeasureOptions } from './subject.ts';
import { identifyWrapper, quietVariables } from '../launch/emulations/detect.ts';
import { makeTemporaryFolder } from '../provision/make-temporary-folder.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { listFileSystems, sortEmulators, sortTools } from '../results/merge-fingerprints.ts';
import type { Results, RunFacts, Shard } from '../results/results.ts';
import { RESULTS_FORMAT } from '../results/format-version.ts';
import { roomForTrees } from './room-for-trees.ts';

/** What a run needs beyond its scenarios. */
export interface RunOptions
  extends
    Omit<MeasureOptions, 'seed' | 'timer' | 'workDir' | 'cold' | 'machine'>,
    Pick<RunFacts, 'argv' | 'cache'> {
  /** Seed of the order of samples; null: drawn. */
  readonly seed: number | null;
  /** Which part of a run this is; null: all of it. The run's identity is drawn unless it is given. */
  readonly shard: Shard | null;
  readonly launchbench: Fingerprint['launchbench'];
  readonly now: () => Date;
  /** Called with the folder of the temporary trees as soon as it is there: who gets it removes it. */
  readonly onWorkFolder: (folder: string) => void;
}

/**
 * Measures scenarios one after the other, each in rounds of its own, and says what was found. An interrupt ends
 * the child that runs and keeps whole blocks: `run.complete` is false then.
 *
 * @throws what measuring a scenario throws.
 */
export async function runScenarios(scenarios: readonly Scenario[], options: RunOptions): Promise<Results> {
  const { signal, shard, launchbench, tracer } = options;
  const env = { ...quietVariables(scenarios.flatMap(({ emulations }) => emulations)), ...options.env };
  const startedAt = options.now().toISOString();
  const seed = options.seed ?? drawSeed(shard);
  const work = makeTemporaryFolder(placeFor(scenarios, options));
  const machine = readMachineFacts();
  options.onWorkFolder(work);
  const timer = scenarios.some(isLaunched)
    ? await openTimer(options.timerOptions)
    : unopenedTimer(options.timerOptions);
  const endTimer = () => void timer.close();
  signal.addEventListener('abort', endTimer);
  try {
    const measured: MeasuredScenario[] = [];
    for (const [index, scenario] of scenarios.entries()) {
      if (signal.aborted) break;
      try {
        const ofScenario = {
          ...{ env, timer, machine, seed: scenario.sampling.seed ?? seed },
          workDir: join(work, String(index)),
          cold: options.cache === 'cold',
        };
        measured.push(await measureScenario(scenario, { ...options, ...ofScenario }));
      } catch (error) {
        // The user stopped it before there was anything of it to keep.
        if (error instanceof InterruptedError) break;
        throw error;
      }
    }
    // What was measured so far is kept; of nothing, no file is made.
    if (measured.length === 0) signal.throwIfAborted();
    const tools = measured.flatMap((one) => one.tools);
    const wrappers = measured.flatMap((one) => one.wrappers);
    return {
      schema: RESULTS_FORMAT,
      run: {
        id: shard?.run ?? randomUUID(),
        startedAt,
        mode: options.mode,
        seed,
        complete: measured.length === scenarios.length && measured.every(({ complete }) => complete),
        droppedSamples: measured.reduce((sum, { droppedSamples }) => sum + droppedSamples, 0),
        argv: options.argv,
        cache: options.cache,
      },
      shard,
      fingerprint: collectFingerprint({
        facts: machine,
        launchbench,
        timer,
        tracer,
        tools: sortTools(lastOfEach(tools, ({ tool, arch }) => JSON.stringify([tool, arch]))),
        emulators: sortEmulators(
          await Promise.all(lastOfEach(wrappers, ({ name }) => name).map((one) => identifyWrapper(one, env))),
        ),
        fileSystems: {
          temporary: fileSystemOf(work),
          provider: listFileSystems(measured.map(({ providerFileSystem }) => providerFileSystem)),
        },
        env,
      }),
      scenarios: measured.map(({ result }) => result),
    };
  } finally {
    signal.removeEventListener('abort', endTimer);
    await timer.close();
  }
}

/** Whether something of a scenario is launched through the timer, which takes some milliseconds to open. */
function isLaunched(scenario: Scenario): boolean {
  return scenario.kind !== 'stack' || scenario.strategies.some((name) => STRATEGIES[name].launches);
}

/** On a disk, the cache of files can be dropped, and there is room for what commands write. */
function placeFor(scenarios: readonly Scenario[], { cache }: Pick<RunOptions, 'cache'>): string | undefined {
  const bytes = cache === 'cold' ? null : roomForTrees(scenarios);
  return bytes === null ? undefined : placeForTrees(bytes);
}

/** A seed that nobody chose: random, but the same for all shards of one run, which never meet before they merge. */
function drawSeed(shard: Shard | null): number {
  return shard === null ? randomInt(2 ** 32) : createHash('sha256').update(shard.run).digest().readUInt32LE();
}

function lastOfEach<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
