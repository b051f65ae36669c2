import { endGroup } from './end-group.ts';

/** How much a program may say, bytes. */
const MAX_ANSWER_BYTES = 4096;

/** What a program is asked for. */
export interface AskOptions {
  /** `ignore`: what it prints is dropped, and nobody waits for a server that it leaves behind. */
  readonly stdout?: 'pipe' | 'ignore';
  /** How long it may take, milliseconds. */
  readonly patienceMs?: number;
}

/**
 * Asks a program something that it answers at once, such as its version. It is not timed and not counted, so
 * convenience comes first here: execa, loaded when something is asked.
 *
 * @returns what it printed, the first 4 KiB of it; null when it is missing, fails, or says nothing in time. What goes on
 * longer is ended, and what it started with it.
 */
export async function askProgram(
  [program, ...args]: readonly [string, ...string[]],
  { stdout: wanted = 'pipe', patienceMs = 5_000 }: AskOptions = {},
): Promise<string | null> {
  const { execa } = await import('execa');
  const ask = () =>
    // A group of its own, because a script's children outlive the script and hold its output open.
    execa(program, args, {
      stdin: 'ignore',
      stdout: wanted,
      stderr: 'ignore',
      detached: true,
      reject: false,
      maxBuffer: MAX_ANSWER_BYTES,
    });
  let asked: ReturnType<typeof ask>;
  try {
    asked = ask();
  } catch {
    return null; // No file descriptor was left for its pipes: execa stumbles, and Node's own error tells the user.
  }
  const patience = setTimeout(() => {
    endGroup(asked.pid);
  }, patienceMs);
  try {
    const { failed, isMaxBuffer, stdout = '' } = await asked;
    if (isMaxBuffer) endGroup(asked.pid);
    return failed && !isMaxBuffer ? null : stdout;
  } finally {
    clearTimeout(patience);
  }
}
