import type { Driver, NoLibrary } from '../drivers/driver.ts';
import type { Binding } from './plan.ts';

/** What becomes of a driver that there is nothing to capture for. */
export function withoutLibrary(driver: Driver, reason: NoLibrary): Binding {
  return { kind: reason === 'meta-layer' ? 'meta-layer' : 'nonexistent', driver };
}
