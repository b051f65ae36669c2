/**
 * Ends a process with everything in the process group that it leads: a script's children outlive the script.
 *
 * @param leader - its process id; undefined where it never came to be
 */
export function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
