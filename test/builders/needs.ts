import { findExecutable } from '../../src/launch/find-executable.ts';

/** Programs that only some tests need, and the group of scripts/install/test-tools.sh that each comes with. */
export const TEST_TOOLS = {
  strace: 'strace',
  'qemu-x86_64': 'emulator',
  'qemu-aarch64': 'emulator',
  valgrind: 'wrapper',
  hyperfine: 'reference-timer',
  cc: 'compiler',
  readelf: 'compiler',
  chromium: 'browser',
  zsh: 'shells',
  'apt-get': 'packages',
} as const;

/** Path of a program that a test needs; null where this machine lacks it. With CI set, lacking it is a failure. */
export function installed(program: keyof typeof TEST_TOOLS): string | null {
  const path = findExecutable(program, process.env['PATH'], '/');
  if (path === null) {
    const message = `${program} is missing: run sh scripts/install/test-tools.sh ${TEST_TOOLS[program]}`;
    if (process.env['CI'] !== undefined) throw new Error(message);
    console.warn(`Tests are skipped: ${message}`);
  }
  return path;
}
