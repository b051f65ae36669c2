import { statSync } from 'node:fs';
import type { RecordedFiles } from '../analysis/advice/advice.ts';

/** The files that a recording names, as they are on this machine now. */
export const FILES_HERE: RecordedFiles = {
  identityOf(path) {
    try {
      const { dev, ino } = statSync(path, { bigint: true });
      return `${dev}:${ino}`;
    } catch {
      // Gone, or never on this machine.
      return null;
    }
  },
};
