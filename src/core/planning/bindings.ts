import type { AbsoluteLibrary, Driver, NoLibrary } from '../drivers/driver.ts';
import type { Binding } from './plan.ts';

/** A driver whose library has a path, so that it is captured into the directory of its class. */
export type AbsoluteDriver = Driver & { readonly library: AbsoluteLibrary };

/** Whether a driver's library has a path in the provider. */
export function isAbsolute(driver: Driver): driver is AbsoluteDriver {
  return driver.library.kind === 'absolute';
}

/** What becomes of a driver that there is nothing to capture for. */
export function withoutLibrary(driver: Driver, reason: NoLibrary): Binding {
  switch (reason) {
    case 'meta-layer':
      return { kind: 'meta-layer', driver };
    case 'other-architecture':
    case 'dynamic-tokens':
    case 'never-captured':
      return { kind: 'nonexistent', driver };
  }
}
