import { join } from 'node:path';
import { inject } from 'vitest';

/** Path of an executable that was bundled for this test run. */
export function executable(
  name: 'capture-libs.cjs' | 'node-timer.cjs' | 'capture-once.cjs' | 'launchbench.js',
): string {
  return join(inject('bin'), name);
}
