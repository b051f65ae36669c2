import type { Driver, DriverClassName } from '../drivers/driver.ts';
import { type DriverClass, hasSearchPath } from '../drivers/driver-classes.ts';
import type { Tuple } from '../sysroot/architectures.ts';
import { type AbsoluteDriver, isAbsolute, withoutLibrary } from './bindings.ts';
import { numbered } from './destinations.ts';
import { dependenciesOnly, itselfAndDependencies, itselfOnly, linkName } from './driver-patterns.ts';
import type { Binding, CaptureCall, CaptureOutcome, Plan, ProviderFacts } from './plan.ts';
import { numberWord } from './destinations.ts';
import type { PlanRules } from './plan.ts';
import { remainingCalls } from './remaining-calls.ts';

/** The drivers of one class directory, in the order in which they are numbered. */
export interface Batch {
  readonly arch: Tuple;
  /** Class directory, relative to libdir. */
  readonly directory: string;
  readonly classes: readonly DriverClass[];
  readonly drivers: readonly Driver[];
}

/** A conversation in which calls are made and, in the end, something is known. */
export type Calls<Result> = Generator<CaptureCall, Result, CaptureOutcome>;

/** Captures drivers of one batch, all of different names, into the directory of their class. */
export type CaptureTogether = (
  batch: Batch,
  drivers: readonly AbsoluteDriver[],
  facts: ProviderFacts,
) => Calls<readonly Binding[]>;

/**
 * A plan of one capture call for each class directory, as far as file names allow; how such a call is put
 * together is up to the strategy. Drivers known by SONAME need no call of their own: the main call takes
 * them along. Source: our graphics-stack specification, section 5.
 */
export function inBatches(captureTogether: CaptureTogether): Plan {
  return function* (arch, drivers, facts, rules) {
    const bindings: Binding[] = [];
    const collected: string[] = [];
    const searchPath: Partial<Record<DriverClassName, readonly string[]>> = {};
    for (const batch of batchesOf(arch, drivers, rules)) {
      const bound = bindWithoutCall(batch);
      collected.push(...bound.patterns);
      const absolute = batch.drivers.filter(isAbsolute);
      const captured = haveDifferentNames(absolute)
        ? yield* captureTogether(batch, absolute, facts)
        : yield* captureNumbered(batch, rules);
      const numberedDirectories: string[] = [];
      for (const binding of captured) {
        if (binding.kind !== 'captured') continue;
        const { library } = binding.driver;
        if (library.kind === 'absolute') collected.push(dependenciesOnly(library));
        if (isNumbered(binding.link, batch)) {
          numberedDirectories.push(binding.link.slice(0, binding.link.lastIndexOf('/')));
        }
      }
      // One search path for all classes of the batch: their drivers were numbered together.
      for (const { name } of batch.classes.filter(hasSearchPath)) searchPath[name] = numberedDirectories;
      bindings.push(...bound.bindings, ...captured);
    }
    yield* remainingCalls(arch, collected, facts, rules);
    return { bindings, searchPath };
  };
}

/** What became of a driver that was to be linked as `link`, relative to libdir. */
export function bind(driver: AbsoluteDriver, directory: string, { links }: CaptureOutcome): Binding {
  const name = linkName(driver.library);
  const target = links.get(name);
  return target === undefined
    ? { kind: 'nonexistent', driver }
    : { kind: 'captured', driver, link: `${directory}/${name}`, target };
}

/** Class by class; classes that share a directory are one batch. */
function batchesOf(arch: Tuple, drivers: readonly Driver[], { classes }: PlanRules): readonly Batch[] {
  const directories = new Set(classes.map(({ captureDirectory }) => captureDirectory));
  return [...directories].map((directory) => {
    const sharing = classes.filter(({ captureDirectory }) => captureDirectory === directory);
    return {
      arch,
      directory,
      classes: sharing,
      drivers: sharing.flatMap(({ name }) => drivers.filter(({ driverClass }) => driverClass === name)),
    };
  });
}

/** Drivers that the main call takes along, and those that have no library. */
function bindWithoutCall({ drivers }: Batch): {
  readonly bindings: readonly Binding[];
  readonly patterns: readonly string[];
} {
  const bindings: Binding[] = [];
  const patterns: string[] = [];
  for (const driver of drivers) {
    const { library } = driver;
    switch (library.kind) {
      case 'soname':
        patterns.push(itselfAndDependencies(library));
        bindings.push({ kind: 'soname', driver });
        break;
      case 'none':
        bindings.push(withoutLibrary(driver, library.reason));
        break;
      case 'absolute':
        break;
    }
  }
  return { bindings, patterns };
}

/** Names decide, not files: a missing or foreign file takes its name all the same. */
function haveDifferentNames(drivers: readonly AbsoluteDriver[]): boolean {
  return new Set(drivers.map(({ library }) => linkName(library))).size === drivers.length;
}

/** Captures every driver into a directory of its own, those before the collision too. */
function* captureNumbered({ arch, directory, drivers }: Batch, rules: PlanRules): Calls<readonly Binding[]> {
  const bindings: Binding[] = [];
  for (const [index, driver] of drivers.entries()) {
    if (!isAbsolute(driver)) continue;
    const dest = numbered(directory, numberWord(index, drivers.length, rules));
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

function isNumbered(link: string, { directory }: Batch): boolean {
  return link.lastIndexOf('/') > directory.length;
}
