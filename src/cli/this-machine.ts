import { statSync } from 'node:fs';
import type { RecordedFiles } from '../analysis/advice/advice.ts';
import type { ReplayMachine } from '../analysis/plan-replay.ts';
import { locateCommand } from '../launch/locate-command.ts';

/** What of a recording is there on this machine now, and could be launched again. */
export const THIS_MACHINE: ReplayMachine & RecordedFiles = {
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
  whyNotExecutable(path) {
    const located = locateCommand(path, undefined, '/');
    return located.kind === 'found' ? null : located.why;
  },
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
