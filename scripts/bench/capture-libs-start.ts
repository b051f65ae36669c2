// Shows that capture-libs starts about as quickly as Node itself does: CPU time of a short run of it as a
// ratio to that of `node -e 0`, taken in turns so that a busy machine slows both down alike.
//
//   npx tsx scripts/bench/capture-libs-start.ts [FOLDER OF capture-libs.cjs] [PAIRS]
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedHelper } from '../../src/launch/installed-helper.ts';
import { openTimer } from '../../src/launch/open-timer.ts';
import { pairedRatio } from '../../src/measurement/paired-ratio.ts';

/** Source: "Speed and size" of our design. */
const LIMIT = 1.15;
const CONFIDENCE = 0.95;

const root = fileURLToPath(new URL('../..', import.meta.url));
const [folder = join(root, 'dist/bin'), pairs = '80'] = process.argv.slice(2);
const bin = resolve(folder);
const timer = await openTimer({
  prefer: 'helper',
  helperPath: installedHelper(root),
  nodeTimerPath: join(bin, 'node-timer.cjs'),
});
try {
  for (const option of ['--print-ld.so', '--version', '--help']) {
    const tool = new Map<number, number>();
    const node = new Map<number, number>();
    for (let round = 0; round < Number(pairs); round++) {
      const measureTool = async () => tool.set(round, await cpuMs([join(bin, 'capture-libs.cjs'), option]));
      const measureNode = async () => node.set(round, await cpuMs(['-e', '0']));
      // Whoever comes second finds a warmer machine, so they change places.
      const order = round % 2 === 0 ? [measureTool, measureNode] : [measureNode, measureTool];
      for (const measure of order) await measure();
    }
    const ratio = pairedRatio(tool, node, CONFIDENCE);
    if (!ratio?.interval) throw new Error(`${pairs} pairs are too few for an interval`);
    const { low, high } = ratio.interval;
    const verdict = high <= LIMIT ? 'within' : low > LIMIT ? 'over' : 'perhaps over';
    console.log(
      `${option.padEnd(14)} ${ratio.estimate.toFixed(3)} × node -e 0 in CPU time ` +
        `(95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}, ${ratio.n} pairs): ${verdict} the limit of ${LIMIT}`,
    );
  }
} finally {
  await timer.close();
}

/** User and system time of one run of Node. */
async function cpuMs(args: readonly string[]): Promise<number> {
  const { end, usage } = await timer.spawn({
    argv: [process.execPath, ...args],
    env: { PATH: process.env['PATH'] ?? '' },
    cwd: '/',
    stdinFile: null,
    stdoutFile: null,
    stderrFile: null,
    timeoutMs: 10_000,
  });
  if (end.kind !== 'exited' || end.status !== 0 || usage === null) {
    throw new Error(`node ${args.join(' ')} ended badly: ${JSON.stringify(end)}`);
  }
  return (usage.userUs + usage.systemUs) / 1000;
}
