import type { PlanRules } from './plan.ts';

/** The architecture's libdir itself, where libraries that are looked up by name are captured to. */
export const LIBDIR = '.';

/** An index as it stands in names: numbers of one class have one width, or as many digits as they need. */
export function numberWord(
  index: number,
  count: number,
  { padsNumbers }: Pick<PlanRules, 'padsNumbers'>,
): string {
  return String(index).padStart(padsNumbers ? String(count).length : 1, '0');
}
