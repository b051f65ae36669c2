/** `node:process` in the native capture-libs, as far as the program uses it; checked as fs.ts is. */
import { host } from './host.ts';

const [program, ...args] = host.args;

const process = {
  // Node's first argument is node, the second the program; here they are one.
  argv: [program, program, ...args],
  env: host.env,
  arch: host.arch,
  /** What the process ends with when the program has run. */
  set exitCode(status: number | string | null | undefined) {
    host.exitCode = Number(status);
  },
};

export default process;
