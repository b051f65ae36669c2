import { writeFileSync } from 'node:fs';
import { EnvironmentError } from '../errors.ts';

/**
 * Makes the kernel forget every file it has read, so that the next sample starts cold. Source: proc(5),
 * /proc/sys/vm/drop_caches.
 *
 * @throws EnvironmentError when we may not, which requires root.
 */
export function dropFileCache(): void {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
  } catch (cause) {
    throw new EnvironmentError(
      'Cold samples need the file cache dropped, and /proc/sys/vm/drop_caches cannot be written',
      {
        cause,
        hint: 'Run as root outside a container, or leave --cold out.',
      },
    );
  }
}
