import { groupBy } from '../../group-by.ts';
import type { AbsoluteLibrary, Driver, DriverClassName } from '../drivers/driver.ts';
import { type DriverClass, hasSearchPath } from '../drivers/driver-classes.ts';
import type { Tuple } from '../sysroot/architectures.ts';
import { withoutLibrary } from './bindings.ts';
import { numberWord } from './destinations.ts';
import { dependenciesOnly, itselfAndDependencies, itselfOnly, linkName } from './driver-patterns.ts';
import type { Binding, CaptureCall, CaptureOutcome, Plan, PlanRules, ProviderFacts } from './plan.ts';
import { remainingCalls } from './remaining-calls.ts';

/** One capture call for each class directory, every driver named in it. */
export const batched: Plan = inBatches(() => null);

/**
 * One capture call for each class directory, each file captured under the first of its names: Mesa installs one file
 * under many. Source: our graphics-stack specification, section 6.
 */
export const batchedDedup: Plan = inBatches(({ library }, facts) => facts.fileIdentity(library.path));

/** A driver whose library has a path, so that it is captured into the directory of its class. */
type AbsoluteDriver = Driver & { readonly library: AbsoluteLibrary };

/** Tells files apart; null: whether two drivers are one file does not matter, or cannot be told. */
type IdentityOf = (driver: AbsoluteDriver, facts: ProviderFacts) => string | null;

/** The drivers of one class directory, in the order in which they are numbered. */
interface Batch {
  readonly arch: Tuple;
  /** Class directory, relative to libdir. */
  readonly directory: string;
  readonly classes: readonly DriverClass[];
  readonly drivers: readonly Driver[];
}

/**
 * A plan of one capture call for each class directory, as far as file names allow. Drivers known by SONAME need no
 * call of their own: the main call takes them along. Source: our graphics-stack specification, section 5.
 */
function inBatches(identityOf: IdentityOf): Plan {
  return function* (arch, drivers, facts, rules) {
    const bindings: Binding[] = [];
    const collected: string[] = [];
    const searchPath: Partial<Record<DriverClassName, readonly string[]>> = {};
    for (const batch of batchesOf(arch, drivers, rules)) {
      for (const driver of batch.drivers) {
        const { library } = driver;
        if (library.kind === 'none') bindings.push(withoutLibrary(driver, library.reason));
        if (library.kind !== 'soname') continue;
        collected.push(itselfAndDependencies(library));
        bindings.push({ kind: 'soname', driver });
      }
      const absolute = batch.drivers.filter(isAbsolute);
      const captured = haveDifferentNames(absolute)
        ? yield* captureTogether(batch, absolute, (driver) => identityOf(driver, facts))
        : yield* captureNumbered(batch, rules);
      const numberedDirectories: string[] = [];
      for (const binding of captured) {
        if (binding.kind !== 'captured') continue;
        const { library } = binding.driver;
        if (library.kind === 'absolute') collected.push(dependenciesOnly(library));
        const directory = binding.link.slice(0, binding.link.lastIndexOf('/'));
        if (directory !== batch.directory) numberedDirectories.push(directory);
      }
      // One search path for all classes of the batch: their drivers were numbered together.
      for (const { name } of batch.classes.filter(hasSearchPath)) searchPath[name] = numberedDirectories;
      bindings.push(...captured);
    }
    yield* remainingCalls(arch, collected, facts, rules);
    return { bindings, searchPath };
  };
}

/** Class by class; classes that share a directory are one batch. */
function batchesOf(arch: Tuple, drivers: readonly Driver[], { classes }: PlanRules): readonly Batch[] {
  const byDirectory = groupBy(classes, ({ captureDirectory }) => captureDirectory);
  return [...byDirectory].map(([directory, sharing]) => ({
    arch,
    directory,
    classes: sharing,
    drivers: sharing.flatMap(({ name }) => drivers.filter(({ driverClass }) => driverClass === name)),
  }));
}

function isAbsolute(driver: Driver): driver is AbsoluteDriver {
  return driver.library.kind === 'absolute';
}

/** Names decide, not files: a missing or foreign file takes its name all the same. */
function haveDifferentNames(drivers: readonly AbsoluteDriver[]): boolean {
  return new Set(drivers.map(({ library }) => linkName(library))).size === drivers.length;
}

/** Captures all files with one call; further names of a file get a link with the target of the first. */
function* captureTogether(
  { arch, directory }: Batch,
  drivers: readonly AbsoluteDriver[],
  identityOf: (driver: AbsoluteDriver) => string | null,
): Calls {
  if (drivers.length === 0) return [];
  const firstOfFile = new Map<string, AbsoluteDriver>();
  const firsts = drivers.map((driver) => {
    const identity = identityOf(driver);
    if (identity === null) return driver;
    const first = firstOfFile.get(identity) ?? driver;
    firstOfFile.set(identity, first);
    return first;
  });
  const captured = drivers.filter((driver, index) => firsts[index] === driver);
  const outcome = yield {
    arch,
    purpose: captured.length === 1 ? 'driver' : 'driver-batch',
    dest: directory,
    patterns: captured.map(({ library }) => itselfOnly(library)),
    ifEmpty: 'keep',
    mayFail: false,
  };
  return drivers.map((driver, index) => bind(driver, directory, outcome, firsts[index]));
}

/** Captures every driver into a directory of its own, those before the collision too. */
function* captureNumbered({ arch, directory, drivers }: Batch, rules: PlanRules): Calls {
  const bindings: Binding[] = [];
  for (const [index, driver] of drivers.entries()) {
    if (!isAbsolute(driver)) continue;
    const dest = `${directory}/${numberWord(index, drivers.length, rules)}`;
    const outcome = yield {
      arch,
      purpose: 'driver-numbered',
      dest,
      patterns: [itselfOnly(driver.library)],
      ifEmpty: rules.emptyNumbered,
      mayFail: false,
    };
    bindings.push(bind(driver, dest, outcome));
  }
  return bindings;
}

/** Calls are made, and in the end it is known what became of drivers. */
type Calls = Generator<CaptureCall, readonly Binding[], CaptureOutcome>;

/** What became of a driver that was captured into a directory, relative to libdir, under the name of another or its own. */
function bind(driver: AbsoluteDriver, directory: string, { links }: CaptureOutcome, first = driver): Binding {
  const name = linkName(first.library);
  const target = links.get(name);
  if (target === undefined) return { kind: 'nonexistent', driver };
  if (first === driver) return { kind: 'captured', driver, link: `${directory}/${name}`, target };
  const link = `${directory}/${linkName(driver.library)}`;
  return { kind: 'copied', driver, link, source: `${directory}/${name}`, target };
}
