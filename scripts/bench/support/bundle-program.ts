import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles a program of this folder into one file, as our programs are installed. */
export async function bundleProgram(name: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    ...{ bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'warning' },
    define: { LAUNCHBENCH_VERSION: '"bench"', LAUNCHBENCH_COMMIT: 'null' },
  });
}
