import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty folder that is gone when the test is; with `afterAll`, when all tests of a group are. */
export function temporaryFolder(whenDone: (remove: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'launchbench-test-'));
  whenDone(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
