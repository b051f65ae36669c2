// Compiles the timing helper when a C compiler is there. Runs at installation, so it uses nothing but Node, prints
// one line, and never fails: without the helper launchbench times with Node, less exactly.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMPILERS = ['cc', 'gcc', 'clang'];
const FLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra'];

/** Compiles into dist/native unless it is there already; returns what to tell the user, or null. */
function compile(root) {
  if (process.platform !== 'linux') return 'timing helper: only on Linux; launches are timed with Node';
  const source = join(root, 'src/launch/timing-helper.c');
  const folder = join(root, 'dist/native');
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
  const name = `timing-helper-${digest}`;
  if (existsSync(join(folder, name))) return null;

  mkdirSync(folder, { recursive: true });
  // Renamed into place when whole: another installation may be looking at the same moment.
  const draft = join(folder, `draft-${process.pid}`);
  try {
    for (const compiler of COMPILERS) {
      const { status, stderr } = spawnSync(compiler, [...FLAGS, '-o', draft, source], { encoding: 'utf8' });
      if (status === null) continue; // no such compiler
      if (status !== 0) {
        return `timing helper: ${compiler} could not compile it, launches are timed with Node: ${stderr.split('\n', 1)}`;
      }
      const older = readdirSync(folder).filter((file) => file.startsWith('timing-helper-'));
      renameSync(draft, join(folder, name));
      for (const file of older) rmSync(join(folder, file), { force: true });
      return `timing helper: compiled with ${compiler}`;
    }
    return 'timing helper: no C compiler here, launches are timed with Node (less exact); install gcc and libc6-dev, then npm rebuild';
  } finally {
    rmSync(draft, { force: true });
  }
}

try {
  const message = compile(fileURLToPath(new URL('../..', import.meta.url)));
  if (message !== null) console.log(message);
} catch (error) {
  console.log(`timing helper: not compiled, launches are timed with Node: ${error.message}`);
}
