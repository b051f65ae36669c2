import type { DriverClassName, Library } from '../drivers/driver.ts';
import { hasSearchPath, isOfLayers } from '../drivers/driver-classes.ts';
import { withoutLibrary } from './bindings.ts';
import { LIBDIR, numberWord } from './destinations.ts';
import { dependenciesOnly, itselfOnly, linkName } from './driver-patterns.ts';
import type { Binding, CaptureCall, CaptureOutcome, Plan, Purpose } from './plan.ts';
import { remainingCalls } from './remaining-calls.ts';

/**
 * One capture call for every driver, as before batching. Numbered directories begin with the first driver
 * of a class whose name is taken: earlier ones stay where they are, all later ones are numbered. Of layers, each
 * one whose name is taken is numbered, and no other.
 * Source: our graphics-stack specification, section 4.
 */
export const perDriver: Plan = function* (arch, drivers, facts, rules) {
  const bindings: Binding[] = [];
  const collected: string[] = [];
  const searchPath: Partial<Record<DriverClassName, readonly string[]>> = {};
  const known: KnownLinks = new Map();

  for (const driverClass of rules.classes) {
    const { name: className, captureDirectory } = driverClass;
    const ofClass = drivers.filter((one) => one.driverClass === className);
    const numberedDirectories: string[] = [];
    let isNumbered = false;
    for (const driver of ofClass) {
      const { library } = driver;
      if (library.kind === 'none') {
        bindings.push(withoutLibrary(driver, library.reason));
        continue;
      }
      const name = linkName(library);
      const directory = library.kind === 'soname' ? LIBDIR : captureDirectory;
      if (isOfLayers(driverClass)) isNumbered = false;
      isNumbered ||= isLinked(known, directory, name);
      const number = numberWord(driver.index, ofClass.length, rules);
      const dest = isNumbered && directory !== LIBDIR ? `${directory}/${number}` : directory;
      const isNew = !isLinked(known, dest, name);
      if (isNew) {
        const outcome: CaptureOutcome = yield callFor(library, dest, directory);
        known.set(dest, outcome.links);
      }
      const target = known.get(dest)?.get(name);
      if (target === undefined) {
        bindings.push({ kind: 'nonexistent', driver });
        continue;
      }
      if (isNew) {
        if (dest !== directory) numberedDirectories.push(dest);
        collected.push(dependenciesOnly(library));
      }
      bindings.push(
        library.kind === 'soname'
          ? { kind: 'soname', driver }
          : { kind: 'captured', driver, link: `${dest}/${name}`, target },
      );
    }
    if (hasSearchPath(driverClass)) searchPath[className] = numberedDirectories;
  }
  yield* remainingCalls(arch, collected, facts, rules);
  return { bindings, searchPath };

  function callFor(library: Library, dest: string, directory: string): CaptureCall {
    return {
      arch,
      purpose: purposeOf(dest, directory),
      dest,
      patterns: [itselfOnly(library)],
      ifEmpty: dest === LIBDIR ? 'keep' : 'remove',
      mayFail: false,
    };
  }
};

/** Links that earlier calls have made, by destination. */
type KnownLinks = Map<string, ReadonlyMap<string, string>>;

function isLinked(known: KnownLinks, dest: string, name: string): boolean {
  return known.get(dest)?.has(name) ?? false;
}

function purposeOf(dest: string, directory: string): Purpose {
  if (dest === LIBDIR) return 'driver-soname';
  return dest === directory ? 'driver' : 'driver-numbered';
}
