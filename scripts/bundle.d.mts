/** Writes capture-libs.cjs, node-timer.cjs and launchbench.js, with their chunks, into `outdir`. */
export function bundle(outdir: string): Promise<void>;
