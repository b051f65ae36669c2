import { endGroup } from './end-group.ts';

/** How long a program may take to say what it is, milliseconds, and how much it may say, bytes. */
const PATIENCE_MS = 5_000;
const MAX_ANSWER_BYTES = 4096;

/**
 * Asks a program something that it answers at once, such as its version. It is not timed and not counted, so
 * convenience comes first here: execa, loaded when something is asked.
 *
 * @returns what it printed, the first 4 KiB of it; null when it is missing, fails, or says nothing in time. What goes on
 * longer is ended, and what it started with it.
 */
export async function askProgram([program, ...args]: readonly [string, ...string[]]): Promise<string | null> {
  const { execa } = await import('execa');
  const ask = () =>
    // A group of its own, because a script's children outlive the script and hold its output open.
    execa(program, args, {
      stdin: 'ignore',
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
  }, PATIENCE_MS);
  try {
    const { failed, isMaxBuffer, stdout } = await asked;
    if (isMaxBuffer) endGroup(asked.pid);
    return failed && !isMaxBuffer ? null : stdout;
  } finally {
    clearTimeout(patience);
  }
}
