import { DRIVER_CLASS_NAMES, type Library } from '../drivers/driver.ts';
import { withoutLibrary } from './bindings.ts';
import { CLASS_DIRECTORIES, LIBDIR, numbered } from './destinations.ts';
import { dependenciesOnly, itselfOnly, linkName } from './driver-patterns.ts';
import type { Binding, CaptureCall, CaptureOutcome, Plan, Purpose } from './plan.ts';
import { remainingCalls } from './remaining-calls.ts';

/**
 * One capture call for every driver, as before batching. Numbered directories begin with the first driver
 * of a class whose name is taken: earlier ones stay where they are, all later ones are numbered.
 * Source: our graphics-stack specification, section 4.
 */
export const perDriver: Plan = function* (arch, drivers, facts) {
  const bindings: Binding[] = [];
  const collected: string[] = [];
  const searchPath = { dri: Array<string>(), vaApi: Array<string>() };
  const known: KnownLinks = new Map();

  for (const driverClass of DRIVER_CLASS_NAMES) {
    let isNumbered = false;
    for (const driver of drivers.filter((one) => one.driverClass === driverClass)) {
      const { library } = driver;
      if (library.kind === 'none') {
        bindings.push(withoutLibrary(driver, library.reason));
        continue;
      }
      const name = linkName(library);
      const directory = library.kind === 'soname' ? LIBDIR : CLASS_DIRECTORIES[driverClass];
      isNumbered ||= isLinked(known, directory, name);
      const dest = isNumbered && directory !== LIBDIR ? numbered(directory, driver.index) : directory;
      if (!isLinked(known, dest, name)) {
        const outcome: CaptureOutcome = yield callFor(library, dest, directory);
        known.set(dest, outcome.links);
        if (!outcome.links.has(name)) {
          bindings.push({ kind: 'nonexistent', driver });
          continue;
        }
        if (dest !== directory && driverClass === 'dri') searchPath.dri.push(dest);
        if (dest !== directory && driverClass === 'va-api') searchPath.vaApi.push(dest);
        collected.push(dependenciesOnly(library));
      }
      bindings.push(
        library.kind === 'soname'
          ? { kind: 'soname', driver }
          : { kind: 'captured', driver, link: `${dest}/${name}` },
      );
    }
  }
  yield* remainingCalls(arch, collected, facts);
  return { bindings, searchPath };

  function callFor(library: Library, dest: string, directory: string): CaptureCall {
    return {
      arch,
      purpose: purposeOf(dest, directory),
      dest,
      patterns: [itselfOnly(library)],
      ifEmpty: dest === LIBDIR ? 'keep' : 'remove',
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
