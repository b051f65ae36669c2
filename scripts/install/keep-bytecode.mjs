// Runs the usual commands once, so that V8's bytecode of launchbench lies beside it and its next start has less to
// compile. Bytecode belongs to one version of V8: it is made where launchbench is installed, and never published. Uses
// nothing but Node, and never fails: without bytecode launchbench starts as well, less quickly.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Runs launchbench.js of a folder with the commands that people wait for. */
export function keepBytecode(programs) {
  const program = join(programs, 'launchbench.js');
  if (!existsSync(program)) return;
  const work = mkdtempSync(join(tmpdir(), 'launchbench-bytecode-'));
  const results = join(work, 'results.json');
  try {
    for (const args of [
      ['--help'],
      ['run', 'collisions', '--strategy', 'in-process', '--counts-only', '--output', results],
      ['report', results],
      ['compare', results, results],
      ['gate', results, '--baseline', join(work, 'baseline.json'), '--update'],
      ['plan', 'collisions'],
      ['plan'], // of this machine's own drivers, whatever it has
      ['capture', '--help'],
    ]) {
      spawnSync(process.execPath, [program, ...args], {
        cwd: work,
        env: { PATH: process.env.PATH, TMPDIR: work, LAUNCHBENCH_KEEP_BYTECODE: '1' },
        stdio: 'ignore',
        timeout: 60_000,
      });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    keepBytecode(fileURLToPath(new URL('../../dist/bin', import.meta.url)));
  } catch (error) {
    console.log(`bytecode: not kept, launchbench starts less quickly: ${error.message}`);
  }
}
