import { bind, type CaptureTogether, inBatches } from './batches.ts';
import { itselfOnly } from './driver-patterns.ts';
import type { Plan } from './plan.ts';

/**
 * Captures all drivers of a class directory with one call.
 *
 * They may share it because their links have different names; where they have not, `inBatches` captures
 * them one by one. Source: our graphics-stack specification, section 5.
 */
const captureEachName: CaptureTogether = function* ({ arch, directory }, drivers) {
  if (drivers.length === 0) return [];
  const outcome = yield {
    arch,
    purpose: drivers.length === 1 ? 'driver' : 'driver-batch',
    dest: directory,
    patterns: drivers.map(({ library }) => itselfOnly(library)),
    ifEmpty: 'keep',
    mayFail: false,
  };
  return drivers.map((driver) => bind(driver, directory, outcome));
};

/** One capture call for each class directory, every driver named in it. */
export const batched: Plan = inBatches(captureEachName);
