/** Writes capture-libs.cjs and capture-libs.native.js, node-timer.cjs and launchbench.js, with their chunks, into `outdir`. */
export function bundle(outdir: string): Promise<void>;
/** Bundles a program for the engine of the native capture-libs. */
export function bundleNative(entry: string, outfile: string): Promise<void>;
