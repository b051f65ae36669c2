// Runs the benchmarks of our own claims, one after another, each of which prints its figures.
// `npm run bench` runs all of scripts/bench/, `npm run bench -- cold-start` only those so named.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv.slice(2);
const all = readdirSync(`${root}/scripts/bench`).filter((file) => /\.(ts|mjs)$/.test(file));
const chosen = all.filter((file) => wanted.length === 0 || wanted.some((name) => file.startsWith(name)));
if (chosen.length === 0) {
  console.error(`No benchmark is called ${wanted.join(' or ')}; there are ${all.join(', ')}`);
  process.exit(2);
}
// On a disk, making a link takes ten times what the captures that are measured take. TMPDIR says otherwise.
const env = { ...process.env, TMPDIR: process.env['TMPDIR'] ?? inMemory() };
const failed = chosen.filter((file) => {
  console.log(`\n== ${file}`);
  const run = spawnSync(process.execPath, ['--import', 'tsx', `scripts/bench/${file}`], {
    cwd: root,
    stdio: 'inherit',
    env,
  });
  return run.status !== 0;
});
if (failed.length > 0) console.error(`\nNot as claimed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

function inMemory() {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return undefined;
  }
}
