import { bind, type CaptureTogether, inBatches } from './batches.ts';
import type { AbsoluteDriver } from './bindings.ts';
import { itselfOnly, linkName } from './driver-patterns.ts';
import type { Binding, CaptureOutcome, Plan, ProviderFacts } from './plan.ts';

/**
 * Captures all drivers of a class directory with one call, each file once. Mesa installs one file under
 * many names; the others get a link with the target of the first.
 * Source: our graphics-stack specification, section 6.
 */
const captureEachFile: CaptureTogether = function* ({ arch, directory }, drivers, facts) {
  if (drivers.length === 0) return [];
  const firstNames = findFirstNames(drivers, facts);
  const patterns = drivers
    .filter((driver) => firstNames.get(driver) === driver)
    .map(({ library }) => itselfOnly(library));
  const outcome = yield {
    arch,
    purpose: patterns.length === 1 ? 'driver' : 'driver-batch',
    dest: directory,
    patterns,
    ifEmpty: 'keep',
    mayFail: false,
  };
  return drivers.map((driver) => {
    const first = firstNames.get(driver) ?? driver;
    return first === driver ? bind(driver, directory, outcome) : copy(driver, first, directory, outcome);
  });
};

/** One capture call for each class directory, each file captured under the first of its names. */
export const batchedDedup: Plan = inBatches(captureEachFile);

/** For each driver the first one with the same file: itself, where the file is new or cannot be found. */
function findFirstNames(
  drivers: readonly AbsoluteDriver[],
  facts: ProviderFacts,
): ReadonlyMap<AbsoluteDriver, AbsoluteDriver> {
  const firstOfFile = new Map<string, AbsoluteDriver>();
  const firstNames = new Map<AbsoluteDriver, AbsoluteDriver>();
  for (const driver of drivers) {
    const identity = facts.fileIdentity(driver.library.path);
    const first = identity === null ? undefined : firstOfFile.get(identity);
    if (identity !== null && first === undefined) firstOfFile.set(identity, driver);
    firstNames.set(driver, first ?? driver);
  }
  return firstNames;
}

function copy(
  driver: AbsoluteDriver,
  first: AbsoluteDriver,
  directory: string,
  { links }: CaptureOutcome,
): Binding {
  const name = linkName(first.library);
  const target = links.get(name);
  if (target === undefined) return { kind: 'nonexistent', driver };
  return {
    kind: 'copied',
    driver,
    link: `${directory}/${linkName(driver.library)}`,
    source: `${directory}/${name}`,
    target,
  };
}
