import { describeOutcome, driverOutcomes } from '../core/overrides/driver-outcomes.ts';
import { foreseeCaptures } from '../core/overrides/in-process.ts';
import { runPlan } from '../core/overrides/run-plan.ts';
import { SysrootError } from '../errors.ts';
import { plural } from '../plural.ts';
import type { ScenarioSetUp } from './set-up-scenario.ts';

/** Most drivers that are told one by one. */
const MOST_TOLD = 20;

/**
 * Says which drivers of a scenario no strategy captures, and why: an architecture a sentence, a driver a sentence. The
 * edition's own calls are foreseen for it, as the capture tool cannot be asked while it is timed.
 */
export async function describeLostDrivers(setUp: ScenarioSetUp): Promise<readonly string[]> {
  const session = { ...setUp, overrides: setUp.workDir };
  const { edition } = setUp;
  try {
    const captures = await runPlan({ ...setUp, plan: edition.ownPlan, server: foreseeCaptures(session) });
    const lost = driverOutcomes(captures, session).filter(({ outcome }) => outcome === 'not-captured');
    const told = lost.slice(0, MOST_TOLD).map((driver) => `${driver.arch}: ${describeOutcome(driver)}.`);
    const left = lost.length - told.length;
    return left === 0 ? told : [...told, `${plural(left, 'further driver')} not captured.`];
  } catch (error) {
    // The captures themselves will say what is wrong with the tree.
    if (error instanceof SysrootError) return [];
    throw error;
  }
}
