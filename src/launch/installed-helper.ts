import { hash } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Path of the compiled timing helper of an installation; null where none was compiled (no C compiler then). */
export function installedHelper(packageRoot: string): string | null {
  return compiled(packageRoot, 'src/launch/timing-helper.c');
}

/** Path of the compiled launch tracer of an installation; null where none was compiled, and where strace is preferred. */
export function installedTracer(
  packageRoot: string,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  return env['LAUNCHBENCH_TRACER'] === 'strace' ? null : compiled(packageRoot, 'src/trace/launch-tracer.c');
}

/**
 * The program that was compiled from a source. Its name carries a digest of the source, so one of an older version is
 * never taken. The other half is scripts/install/compile-helpers.mjs.
 */
function compiled(packageRoot: string, source: string): string | null {
  try {
    const digest = hash('sha256', readFileSync(join(packageRoot, source))).slice(0, 12);
    const path = join(packageRoot, 'dist/native', `${basename(source, '.c')}-${digest}`);
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return null;
  }
}
