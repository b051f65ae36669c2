import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OwnTool } from '../core/overrides/find-tools.ts';
import { VERSION } from '../version.ts';

declare const LAUNCHBENCH_COMMIT: string | null | undefined;

/** Where launchbench is installed, and the programs and data that came with it. Paths are absolute. */
export interface Installation {
  /** The folder of our package.json. */
  readonly root: string;
  readonly version: string;
  /** The commit that it was built from; null where that is not known. */
  readonly commit: string | null;
  /** Our own capture tool. */
  readonly captureLibs: OwnTool;
  /** The timer's fallback: a file to be started with node. */
  readonly nodeTimer: string;
  /** What captures without launches in a fresh process: a file to be started with node. */
  readonly captureOnce: string;
  /** The bundled scenarios. */
  readonly scenarios: string;
}

/**
 * Finds ourselves on disk, walking up from the running program to our package.json. The other programs lie
 * beside it, wherever it was bundled to; run from the sources, the built ones are used.
 *
 * @param program - `import.meta.url` of a file that lies beside the programs.
 * @throws Error when no package of ours lies above it.
 */
export function findInstallation(program: string): Installation {
  const folder = dirname(fileURLToPath(program));
  const root = packageRoot(folder);
  const programs = existsSync(join(folder, 'capture-libs.cjs')) ? folder : join(root, 'dist/bin');
  return {
    root,
    version: VERSION,
    commit: typeof LAUNCHBENCH_COMMIT === 'string' ? LAUNCHBENCH_COMMIT : null,
    captureLibs: {
      native: join(programs, '../native/capture-libs'),
      node: join(programs, 'capture-libs.cjs'),
    },
    nodeTimer: join(programs, 'node-timer.cjs'),
    captureOnce: join(programs, 'capture-once.cjs'),
    scenarios: join(root, 'scenarios'),
  };
}

function packageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
      if (content instanceof Object && 'name' in content && content.name === 'launchbench') return folder;
    }
    if (folder === dirname(folder)) throw new Error(`No package.json of launchbench above ${start}`);
  }
}
