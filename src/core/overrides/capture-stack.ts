import { resolve } from 'node:path';
import { SysrootError } from '../../errors.ts';
import type { DriversByArchitecture } from '../drivers/discover.ts';
import { wordFor } from '../drivers/driver.ts';
import { DEFAULT_IMPORTS, type Imports } from '../drivers/driver-classes.ts';
import type { ContainerEnvironment } from '../editions/edition.ts';
import { editionNamed } from '../editions/editions.ts';
import { createLookUp } from '../drivers/library-lookup.ts';
import { CaptureError } from '../capture/capture-error.ts';
import { ALL_CALLS, type CaptureCall, PURPOSES, type Purpose } from '../planning/plan.ts';
import { ARCHITECTURES } from '../sysroot/architectures.ts';
import type { EscapingLink } from '../sysroot/path-walk.ts';
import { inspected } from '../sysroot/sysroot.ts';
import { linkAliases } from './aliases.ts';
import { type DriverOutcome, driverOutcomes, withoutExplained } from './driver-outcomes.ts';
import { foreseeCaptures } from './in-process.ts';
import { writeManifests } from './manifests.ts';
import { createOverrides, explainingFailures, linkPlatforms } from './overrides-tree.ts';
import { type ArchitectureCapture, linkCopies, runPlan } from './run-plan.ts';
import { type CaptureSession, isConfined, type Launcher, type Launching } from './server.ts';
import type { Strategy } from './strategies.ts';

/** What is to be captured, how, and where to. */
export interface CaptureStackOptions extends CaptureSession {
  readonly strategy: Strategy;
  readonly launching: Launching;
  /** What was discovered in the provider, for the architectures that take part. */
  readonly drivers: DriversByArchitecture;
  /** Where the container will see the overrides. */
  readonly overridesInContainer: string;
  /** What is captured beside drivers. */
  readonly imports: Imports;
  /** The host's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What `captureStack` has to be told: without an edition it does as upstream does today. */
export type CaptureStackRequest = Omit<CaptureStackOptions, 'edition' | 'imports'> & {
  readonly edition?: CaptureStackOptions['edition'] | undefined;
  readonly imports?: Partial<Imports> | undefined;
};

/** A graphics stack that was captured. */
export interface CapturedStack {
  readonly captures: readonly ArchitectureCapture[];
  /** All calls, in the order in which they were served. */
  readonly captureCalls: readonly CaptureCall[];
  /** Processes really started for them. */
  readonly launches: LaunchCounts;
  readonly env: ContainerEnvironment;
  /** What became of each driver that was offered. */
  readonly drivers: readonly DriverOutcome[];
}

/** How many launches there were, and for which purposes. Purposes without any are left out. */
export interface LaunchCounts {
  readonly total: number;
  readonly byPurpose: Readonly<Partial<Record<Purpose | typeof ALL_CALLS, number>>>;
}

/**
 * Captures a provider's graphics stack into overrides.
 *
 * The steps are there one by one for whoever wants to time the captures alone: `createOverrides`,
 * `runCaptures`, `completeOverrides`.
 *
 * @throws UsageError when there are overrides already.
 * @throws LaunchError, EnvironmentError when the capture tool fails, or is missing.
 * @throws SysrootError when the provider holds something that cannot be captured.
 */
export async function captureStack(wanted: CaptureStackRequest): Promise<CapturedStack> {
  const provider = inspected(wanted.provider);
  const options: CaptureStackOptions = {
    ...wanted,
    provider,
    container: wanted.container.through(provider.inspector),
    edition: wanted.edition ?? editionNamed(),
    imports: { ...DEFAULT_IMPORTS, ...wanted.imports },
    // Launches have a working directory of their own.
    overrides: resolve(wanted.overrides),
  };
  const { overrides, report = () => undefined } = options;
  const { imports, drivers, edition } = options;
  refuseWithoutCache(options);
  // What is said of the drivers is said when they are captured.
  await refuseEscapes({ ...options, report: undefined }, options.launching.toolFor);
  const warnings = new Set<string>();
  const undo = createOverrides(overrides, {
    architectures: [...drivers.keys()],
    edition,
    imports,
  });
  try {
    const captured = await capture({ ...options, report: (line) => void warnings.add(line) }, warnings);
    withoutExplained(warnings, captured.drivers).forEach(report);
    return captured;
  } catch (error) {
    undo();
    warnings.forEach(report);
    throw error;
  }
}

async function capture(options: CaptureStackOptions, warnings: ReadonlySet<string>): Promise<CapturedStack> {
  const { launching } = options;
  const counting = countLaunches(launching.launcher);
  const captures = await runCaptures({
    ...options,
    launching: { ...launching, launcher: counting.launcher },
  });
  const env = completeOverrides(captures, options);
  return {
    captures,
    captureCalls: captures.flatMap(({ calls }) => calls),
    launches: counting.counts(),
    env,
    drivers: driverOutcomes(captures, options, warnings),
  };
}

/**
 * Refuses a provider whose ld.so.cache cannot be read: no capture tool does without, and before anything is made or
 * launched is the time to say so.
 *
 * @throws SysrootError that names the cache.
 */
function refuseWithoutCache({ provider, drivers }: Pick<CaptureStackOptions, 'provider' | 'drivers'>): void {
  for (const arch of drivers.keys()) {
    const { root } = provider;
    try {
      // Whatever it is that is looked for, the cache is read; few names begin like a longer one.
      createLookUp(provider, { architecture: ARCHITECTURES[arch] })(['soname-match:lib-that-is-nowhere.so']);
    } catch (cause) {
      if (!(cause instanceof CaptureError)) throw cause;
      throw new SysrootError(`${root} has no ld.so.cache that can be used: ${cause.message}`, {
        cause,
        hint: `Make it with "ldconfig -r ${root}", and repeat the command.`,
      });
    }
  }
}

/**
 * Refuses confined trees that an external tool would leave: it knows no bounds, so all that it would read is read
 * beforehand by code that does. Our own tool is told, and servers in this process know.
 *
 * @throws SysrootError when something leads out of the trees, or cannot be captured at all.
 */
export async function refuseEscapes(
  options: Pick<CaptureStackOptions, keyof CaptureSession | 'strategy' | 'drivers'>,
  toolFor: Launching['toolFor'],
): Promise<void> {
  const { strategy, provider, drivers, edition } = options;
  if (!strategy.launches || !isConfined(options)) return;
  if ([...drivers.keys()].every((arch) => toolFor(arch).kind !== 'external')) return;
  const escapes: EscapingLink[] = [];
  await runPlan({
    plan: strategy.planOf(edition),
    server: foreseeCaptures({ ...options, onEscape: (link) => escapes.push(link) }),
    provider,
    drivers,
    edition,
  });
  const [first] = escapes;
  if (first === undefined) return;
  throw new SysrootError(`${first.link}: leads out of the tree, to ${first.target}`, {
    hint: 'The trees are confined, but an external capture tool follows such links. Leave --tool out to use our own.',
  });
}

/** The captures themselves: every call of the plan, and the links that the plan copies. */
export async function runCaptures(
  options: Pick<CaptureStackOptions, keyof CaptureSession | 'strategy' | 'launching' | 'drivers'>,
): Promise<readonly ArchitectureCapture[]> {
  const { strategy, launching, drivers, overrides, edition } = options;
  const provider = inspected(options.provider);
  const container = options.container.through(provider.inspector);
  const server = strategy.openServer({ ...options, provider, container }, launching);
  const captures = await runPlan({ plan: strategy.planOf(edition), server, provider, drivers, edition });
  explainingFailures(() => {
    linkCopies(overrides, captures);
  });
  return captures;
}

/** What leads the container to what was captured: manifests, platform links, aliases, environment. */
export function completeOverrides(
  captures: readonly ArchitectureCapture[],
  options: Omit<CaptureStackOptions, 'strategy' | 'launching' | 'drivers'>,
): ContainerEnvironment {
  const { report = () => undefined, edition, overrides } = options;
  const primary = captures[0]?.arch;
  return explainingFailures(() => {
    for (const { arch } of captures) {
      if (edition.linksPlatforms) linkPlatforms(overrides, arch);
      linkAliases(arch, { ...options, primary }, edition.aliases, report);
    }
    const manifests = writeManifests(captures, options, edition);
    return edition.environment({ ...options, captures, manifests });
  });
}

function countLaunches(launcher: Launcher): {
  readonly launcher: Launcher;
  readonly counts: () => LaunchCounts;
} {
  const purposes: string[] = [];
  return {
    launcher: {
      async launch(request) {
        const report = await launcher.launch(request);
        purposes.push(request.purpose);
        return report;
      },
      converse(request, onStderr) {
        const conversation = launcher.converse(request, onStderr);
        return {
          ...conversation,
          ended: conversation.ended.then((report) => {
            purposes.push(request.purpose);
            return report;
          }),
        };
      },
    },
    counts() {
      const byPurpose: Partial<Record<Purpose | typeof ALL_CALLS, number>> = {};
      for (const purpose of [...PURPOSES, ALL_CALLS] as const) {
        const count = purposes.filter((one) => one === purpose).length;
        if (count > 0) byPurpose[purpose] = count;
      }
      return { total: purposes.length, byPurpose };
    },
  };
}

/** Resolved library of every driver that is offered for capture, in order, architecture by architecture. */
export function modulesOf(drivers: DriversByArchitecture): readonly string[] {
  return [...drivers.values()]
    .flat()
    .flatMap(({ library }) => (library.kind === 'none' ? [] : [wordFor(library)]));
}
