import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

/** Path of an executable that was bundled for this test run. */
export function executable(
  name: 'capture-libs.cjs' | 'node-timer.cjs' | 'capture-once.cjs' | 'launchbench.js',
): string {
  return join(inject('bin'), name);
}

/** Path of the native capture-libs that was built for this test run; null where none could be. */
export function nativeCaptureLibs(): string | null {
  const path = join(inject('bin'), '../native/capture-libs');
  return existsSync(path) ? path : null;
}

/** How our own capture tool is started, in each form that this machine has. */
export function captureTools(): readonly { readonly form: 'node' | 'native'; readonly argv: Argv }[] {
  const native = nativeCaptureLibs();
  return [
    { form: 'node', argv: [process.execPath, executable('capture-libs.cjs')] },
    ...(native === null ? [] : [{ form: 'native', argv: [native] } as const]),
  ];
}

/** The words by which a script starts our own capture tool, in the form that starts the quickest. */
export function ownToolWords(): string {
  return captureTools()
    .slice(-1)
    .flatMap(({ argv }) => argv)
    .join(' ');
}

/** A program and its first arguments. */
export type Argv = readonly [string, ...string[]];
