import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Path of the compiled timing helper of an installation; null where none was compiled (no C compiler then).
 * Its name carries a digest of its source, so a helper of an older version is never taken. The other half is
 * scripts/install/compile-timing-helper.mjs.
 */
export function installedHelper(packageRoot: string): string | null {
  try {
    const source = readFileSync(join(packageRoot, 'src/launch/timing-helper.c'));
    const digest = createHash('sha256').update(source).digest('hex').slice(0, 12);
    const path = join(packageRoot, `dist/native/timing-helper-${digest}`);
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return null;
  }
}
