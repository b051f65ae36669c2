/** Writes capture-libs.cjs, node-timer.cjs and launchbench.js (with its modules) into `outdir`. */
export function bundle(outdir: string): Promise<void>;
