import type { DriverClass } from '../drivers/driver-classes.ts';
import type { Plan, Purpose } from './plan.ts';

/** What plans take from an edition. */
export interface PlanRules {
  /** The classes of driver, in the order in which they are captured. */
  readonly classes: readonly DriverClass[];
  /** The plan that the edition's own program follows. */
  readonly ownPlan: Plan;
  /** What every main call begins with, whatever drivers there are: the libraries that programs link with. */
  readonly basePatterns: readonly string[];
  /** Libraries whose name ends in the version of NVIDIA's kernel module: they follow the base patterns where one is loaded. */
  readonly versionedNvidiaLibraries: readonly string[];
  /** Calls that follow the main call, in this order. */
  readonly families: readonly Family[];
  /** Whether numbers of directories are padded with zeros to the width that the size of the class needs. */
  readonly padsNumbers: boolean;
}

/**
 * Libraries that belong to one that was captured, but that no dependency leads to, for instance because they are
 * loaded by name at run time.
 */
export interface Family {
  readonly purpose: Purpose;
  /** The SONAME whose link in libdir asks for the family. */
  readonly after: string;
  readonly patterns: readonly string[];
  /** Whether the capture goes on, with a warning, when the call fails. */
  readonly mayFail: boolean;
}

/** An index as it stands in names: numbers of one class have one width, or as many digits as they need. */
export function numberWord(
  index: number,
  count: number,
  { padsNumbers }: Pick<PlanRules, 'padsNumbers'>,
): string {
  return String(index).padStart(padsNumbers ? String(count).length : 1, '0');
}
