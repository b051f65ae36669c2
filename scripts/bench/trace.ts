// What `trace` costs: a command of many launches with a millisecond of work each, bare and traced, by turns.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { countLaunches } from '../../src/runner/count-launches.ts';

const LAUNCHES = 500;
const ROUNDS = 5;
/** Of the quietest rounds: every stop for a tracer waits for a processor where others want it. */
const MOST = 2;
/** What 10,000 launches may add to our memory, rubbish that is not collected yet included. */
const MANY = 10_000;
const MOST_MIB = 100;

const WORK = `#include <time.h>
int main(void) {
  struct timespec t;
  do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); while (t.tv_sec == 0 && t.tv_nsec < 1000000);
  return 0;
}`;
const LOOP = `#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
extern char **environ;
int main(int argc, char **argv) {
  for (int left = atoi(argv[1]); argc > 2 && left > 0; left--) {
    pid_t pid;
    if (posix_spawn(&pid, argv[2], 0, 0, argv + 2, environ) != 0 || waitpid(pid, 0, 0) != pid) return 1;
  }
  return 0;
}`;

const folder = mkdtempSync(join(tmpdir(), 'launchbench-bench-'));
try {
  const [work, loop] = [compile('work', WORK), compile('loop', LOOP)];
  const argv = [loop, String(LAUNCHES), work];
  const bare: number[] = [];
  const traced: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    spawnSync(loop, argv.slice(1));
    bare.push(performance.now() - start);
    for (const preferred of ['', 'strace']) {
      process.env['LAUNCHBENCH_TRACER'] = preferred;
      const { kind, durationMs } = await trace(argv, LAUNCHES);
      (traced[kind] ??= []).push(durationMs);
    }
  }
  const without = Math.min(...bare);
  console.log(`${LAUNCHES} launches: ${without.toFixed(0)} ms bare; load ${(loadavg()[0] ?? 0).toFixed(1)}`);
  const ratios = Object.entries(traced).map(([kind, durations]) => {
    const under = Math.min(...durations);
    const each = (under - without) / LAUNCHES;
    console.log(
      `  ${kind}: ${under.toFixed(0)} ms, ${(under / without).toFixed(2)} times, ${each.toFixed(2)} ms more a launch`,
    );
    return { kind, ratio: under / without };
  });
  delete process.env['LAUNCHBENCH_TRACER'];
  const before = process.memoryUsage.rss();
  await trace([loop, String(MANY), work], MANY);
  const grownMib = (process.memoryUsage.rss() - before) / 1024 / 1024;
  console.log(`${MANY} launches: our process grows by ${grownMib.toFixed(0)} MiB`);
  console.log(`Claimed of our own tracer: at most ${MOST} times, and ${MOST_MIB} MiB`);
  const own = ratios.find(({ kind }) => kind === 'launch-tracer');
  process.exitCode = own !== undefined && own.ratio <= MOST && grownMib <= MOST_MIB ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function trace(
  argv: readonly string[],
  expected: number,
): Promise<{ readonly kind: string; readonly durationMs: number }> {
  const start = performance.now();
  const { launches, tracer } = await countLaunches(argv);
  if (launches.total !== expected) throw new Error(`counted ${String(launches.total)} of ${expected}`);
  return { kind: tracer.kind, durationMs: performance.now() - start };
}

function compile(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(`${path}.c`, source);
  execFileSync('cc', ['-O2', '-o', path, `${path}.c`]);
  return path;
}
