import { resolve } from 'node:path';
import { discoverDrivers } from '../core/drivers/discover.ts';
import { DEFAULT_IMPORTS, type Imports } from '../core/drivers/driver-classes.ts';
import { EDITION_NAMES, type EditionName, editionNamed, isEditionName } from '../core/editions/editions.ts';
import { captureStack, type LaunchCounts } from '../core/overrides/capture-stack.ts';
import { chooseArchitectures } from '../core/overrides/choose-architectures.ts';
import { type KeptAnswer, toKeptAnswer } from '../core/overrides/kept-answer.ts';
import { openProvider } from '../core/overrides/open-provider.ts';
import { findTools } from '../core/overrides/find-tools.ts';
import { DEFAULT_OVERRIDES_IN_CONTAINER, defaultProviderInContainer } from '../core/overrides/places.ts';
import { type CaptureThrough, reuseOverrides, toInputs } from '../core/overrides/reuse.ts';
import { STRATEGIES, type StrategyName } from '../core/overrides/strategies.ts';
import type { CaptureCall } from '../core/planning/plan.ts';
import { isTuple, TUPLES, type Tuple } from '../core/sysroot/architectures.ts';
import { createInspector } from '../core/sysroot/inspector.ts';
import { openSysroot } from '../core/sysroot/sysroot.ts';
import { definedVariables } from '../variables.ts';
import { UsageError } from '../errors.ts';
import { createDirectLauncher } from './direct-launcher.ts';

/** What a launcher says of a capture. The container and the overrides are enough. */
export interface CaptureGraphicsOptions {
  /** Root of the tree that the drivers are for; it is only read. */
  readonly container: string;
  /** Folder to make; it must not be there yet, or be empty; for `reuse`, it may be what an earlier call made. */
  readonly overrides: string;
  /** Root of the tree that the drivers come from. Default: `/`, this machine itself. */
  readonly provider?: string | undefined;
  /**
   * How to capture, by its name in `STRATEGIES`. Default: `in-process`, which launches nothing. The others launch a
   * capture tool, but for `reuse`, which keeps the overrides for the next call and does not even capture where nothing
   * changed.
   */
  readonly strategy?: StrategyName | undefined;
  /** With `reuse`, whether to capture though nothing changed. Default: false. */
  readonly fresh?: boolean | undefined;
  /** With `reuse`, the time of day in milliseconds: what changed just before is not taken to be settled. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * Multiarch tuples to capture for, e.g. `x86_64-linux-gnu`. Default: all of this machine's family that provider and
   * container have a dynamic linker for.
   */
  readonly architectures?: readonly string[] | undefined;
  /** Which pressure-vessel to do as. Default: `2026`. */
  readonly edition?: EditionName | undefined;
  /** Where the container will see the provider. Default: `/run/host` for `/`, otherwise what the edition has. */
  readonly providerInContainer?: string | undefined;
  /** Where the container will see the overrides. Default: `/usr/lib/pressure-vessel/overrides`. */
  readonly overridesInContainer?: string | undefined;
  /** What is captured beside drivers. Default: Vulkan layers, and nothing of OpenXR. */
  readonly imports?: Partial<Imports> | undefined;
  /** Whether to read nothing outside the trees, wherever links lead. Default: false. */
  readonly confined?: boolean | undefined;
  /** The host's environment, which says where drivers are and must not be. Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Gets a line for what was passed over. Default: nobody does. */
  readonly report?: ((message: string) => void) | undefined;
  /**
   * Capture tools to launch: `PATH`, `ARCH=PATH`, `steam`, or `native` or `node` for a form of our own. Default: our own,
   * native where it was built.
   */
  readonly tools?: readonly string[] | undefined;
  /** Longest time that one launch may take, in milliseconds. Default: 60000. */
  readonly timeoutMs?: number | undefined;
  /** When it fires, the running launch is ended and the capture is rejected. Default: never. */
  readonly signal?: AbortSignal | undefined;
}

/** Graphics drivers that are ready for a container. */
export interface CapturedGraphics extends KeptAnswer {
  /** The folder of the overrides. With `reuse`, later calls leave it as it is, whatever `overrides` leads to then. */
  readonly folder: string;
  /** All calls, in the order in which they were served. */
  readonly captureCalls: readonly CaptureCall[];
  /** Processes really started for them. */
  readonly launches: LaunchCounts;
  /** Whether overrides of an earlier call were used again. */
  readonly reused: boolean;
  /** With `reuse`, what called for a capture, in one line; else null. */
  readonly why: string | null;
}

/**
 * Captures a provider's graphics drivers for a container: makes the overrides, and says with which variables (`env`)
 * the container has to be started. `captureStack` is the same with every part in the caller's hand.
 *
 * @throws UsageError when an option makes no sense, or there are overrides already.
 * @throws SysrootError when a tree cannot be used, or no architecture is left.
 * @throws LaunchError, EnvironmentError when the capture tool fails, or is missing.
 */
export async function captureGraphics(options: CaptureGraphicsOptions): Promise<CapturedGraphics> {
  const { strategy = 'in-process', env = process.env } = options;
  if (!Object.hasOwn(STRATEGIES, strategy)) {
    throw new UsageError(
      `strategy: expected one of ${Object.keys(STRATEGIES).join(', ')}, found "${strategy}"`,
    );
  }
  if (options.edition !== undefined && !isEditionName(options.edition)) {
    throw new UsageError(
      `edition: expected one of ${EDITION_NAMES.join(', ')}, found "${String(options.edition)}"`,
    );
  }
  if (!STRATEGIES[strategy].keepsOverrides) {
    if (options.fresh === true) throw new UsageError(`fresh: the strategy ${strategy} always captures`);
    const folder = resolve(options.overrides);
    const through = { inspector: createInspector(), env, overrides: folder };
    const { answer, launches } = await captureThrough(options, strategy, through);
    return { ...answer, captureCalls: callsOf(answer), folder, launches, reused: false, why: null };
  }
  const { answer, folder, reused, why } = await reuseOverrides({
    overrides: options.overrides,
    inputs: {
      ...toInputs({ ...options }, CHANGES_NOTHING),
      'the working directory': process.cwd(),
    },
    env,
    fresh: options.fresh ?? false,
    now: options.now,
    capture: async (through) => (await captureThrough(options, strategy, through)).answer,
  });
  const launches = { total: 0, byPurpose: {} };
  return { ...answer, captureCalls: callsOf(answer), folder, launches, reused, why };
}

function callsOf({ captures }: KeptAnswer): readonly CaptureCall[] {
  return captures.flatMap(({ calls }) => calls);
}

/** Options that say how to come to overrides, not which; the environment is recorded as it is read. */
const CHANGES_NOTHING: ReadonlySet<string> = new Set<keyof CaptureGraphicsOptions>([
  ...(['overrides', 'fresh', 'now', 'env', 'report', 'tools', 'timeoutMs', 'signal'] as const),
]);

async function captureThrough(
  options: CaptureGraphicsOptions,
  strategy: StrategyName,
  { inspector, env, overrides }: CaptureThrough,
): Promise<{ readonly answer: KeptAnswer; readonly launches: LaunchCounts }> {
  const { confined = false, report = () => undefined } = options;
  const edition = editionNamed(options.edition);
  const imports = { ...DEFAULT_IMPORTS, ...options.imports };
  const { provider, manifest } = openProvider(options.provider ?? '/', { confined, inspector });
  const container = openSysroot(options.container, { confined, inspector });
  const architectures = chooseArchitectures({
    ...{ provider, container, edition, report },
    manifest,
    wanted: options.architectures === undefined ? null : checkedTuples(options.architectures),
  });
  // What launches nothing needs no tool to be there.
  const toolFor = STRATEGIES[strategy].launches
    ? findTools({ architectures, wanted: options.tools, home: env['HOME'] })
    : () => {
        throw new Error(`${strategy} launches no tool`);
      };
  const notes: string[] = [];
  const drivers = discoverDrivers({
    ...{ provider, manifest, edition, architectures, imports, env, report },
    notice(line) {
      notes.push(line);
      report(line);
    },
    cwd: process.cwd(),
  });
  const captured = await captureStack({
    ...{ provider, container, overrides, drivers, edition, manifest, imports, env, report },
    providerInContainer: options.providerInContainer ?? defaultProviderInContainer(provider, edition),
    overridesInContainer: options.overridesInContainer ?? DEFAULT_OVERRIDES_IN_CONTAINER,
    libraryPath: env['LD_LIBRARY_PATH'],
    strategy: STRATEGIES[strategy],
    launching: {
      launcher: createDirectLauncher({ signal: options.signal }),
      toolFor,
      env: definedVariables(options.env ?? process.env),
      timeoutMs: options.timeoutMs ?? 60_000,
    },
  });
  const { launches } = captured;
  return { answer: toKeptAnswer(captured, { edition, manifest, drivers, notes }), launches };
}

/** Callers without types can hand in any text. */
function checkedTuples(architectures: readonly string[]): readonly Tuple[] {
  const odd = architectures.find((word) => !isTuple(word));
  if (odd !== undefined || architectures.length === 0) {
    throw new UsageError(
      `architectures: expected some of ${TUPLES.join(', ')}, found ${odd === undefined ? 'none' : `"${odd}"`}`,
    );
  }
  return TUPLES.filter((tuple) => architectures.includes(tuple));
}
