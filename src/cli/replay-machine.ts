import { statSync } from 'node:fs';
import type { ReplayMachine } from '../analysis/plan-replay.ts';
import { locateCommand } from '../launch/locate-command.ts';

/** This machine, as far as it decides whether a recorded launch can be made again. */
export const THIS_MACHINE: ReplayMachine = {
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
  whyNotExecutable(path) {
    const located = locateCommand(path, undefined, '/');
    return located.kind === 'found' ? null : located.why;
  },
};
