import { findExecutable } from '../../src/launch/find-executable.ts';

/** Path of a program that a test needs; null where this machine lacks it. With CI set, lacking it is a failure. */
export function installed(program: string): string | null {
  const path = findExecutable(program, process.env['PATH'], '/');
  if (path === null) {
    const message = `${program} is missing: run scripts/install/test-tools.sh`;
    if (process.env['CI'] !== undefined) throw new Error(message);
    console.warn(`Tests are skipped: ${message}`);
  }
  return path;
}
