// Compiles the timing helper and the launch tracer when a C compiler is there. Runs at installation, so it uses nothing
// but Node, prints one line for each, and never fails: there is a way to do without, less exactly or more slowly.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HELPERS = [
  {
    name: 'timing helper',
    source: 'src/launch/timing-helper.c',
    without: 'launches are timed with Node (less exact)',
  },
  {
    name: 'launch tracer',
    source: 'src/trace/launch-tracer.c',
    without: 'launches are counted with strace (slower), if it is there',
  },
];
const COMPILERS = ['cc', 'gcc', 'clang'];
const FLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra'];

/** Compiles one into dist/native unless it is there already; returns what to tell the user, or null. */
function compile(root, { name, source, without }) {
  if (process.platform !== 'linux') return `${name}: only on Linux; ${without}`;
  const folder = join(root, 'dist/native');
  const digest = createHash('sha256')
    .update(readFileSync(join(root, source)))
    .digest('hex')
    .slice(0, 12);
  const stem = `${basename(source, '.c')}-`;
  if (existsSync(join(folder, stem + digest))) return null;

  mkdirSync(folder, { recursive: true });
  // Renamed into place when whole: another installation may be looking at the same moment.
  const draft = join(folder, `draft-${process.pid}`);
  try {
    for (const compiler of COMPILERS) {
      const args = [...FLAGS, '-o', draft, join(root, source)];
      const { status, stderr } = spawnSync(compiler, args, { encoding: 'utf8' });
      if (status === null) continue; // no such compiler
      if (status !== 0)
        return `${name}: ${compiler} could not compile it, ${without}: ${stderr.split('\n', 1)}`;
      const older = readdirSync(folder).filter((file) => file.startsWith(stem));
      renameSync(draft, join(folder, stem + digest));
      for (const file of older) rmSync(join(folder, file), { force: true });
      return `${name}: compiled with ${compiler}`;
    }
    return `${name}: no C compiler here, ${without}; install gcc and libc6-dev, then npm rebuild`;
  } finally {
    rmSync(draft, { force: true });
  }
}

for (const helper of HELPERS) {
  try {
    const message = compile(fileURLToPath(new URL('../..', import.meta.url)), helper);
    if (message !== null) console.log(message);
  } catch (error) {
    console.log(`${helper.name}: not compiled, ${helper.without}: ${error.message}`);
  }
}
