import { endGroup } from './end-group.ts';

/** How long a program may take to do what it does at once, such as to put a server into the background, milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Runs a program that is soon over, with no input and nothing to say; a server that it leaves behind goes on.
 *
 * @returns whether it ended in time, with status 0
 */
export async function runProgram([program, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  const { execa } = await import('execa');
  const run = execa(program, args, { stdio: 'ignore', detached: true, reject: false });
  const patience = setTimeout(() => {
    endGroup(run.pid);
  }, PATIENCE_MS);
  try {
    return !(await run).failed;
  } finally {
    clearTimeout(patience);
  }
}
