// What a fresh process does for the benchmark reuse.ts, and what that took; bundled, so that nothing but node and this is
// loaded. Its one argument is a `StartOnce` as JSON, its answer a line with a `StartCost`.
import { readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { captureGraphics } from '../../../src/launch/capture-graphics.ts';
import { parseKeptList } from '../../../src/core/overrides/kept-list.ts';

/** What is to be done; null: nothing. */
export type StartOnce = {
  readonly strategy: 'in-process' | 'reuse';
  readonly provider: string;
  readonly container: string;
  readonly overrides: string;
} | null;

/** What it took: discovery and capture, or finding that neither is needed. */
export interface StartCost {
  readonly cpuMs: number;
  readonly reused: boolean;
  readonly drivers: number;
  /** What is on the list that overrides are kept by, by kind: files, links, folders, what was not there. */
  readonly places: Readonly<Record<string, number>>;
}

const order = JSON.parse(process.argv[2] ?? '') as StartOnce;
const before = process.cpuUsage();
const captured =
  order === null ? null : await captureGraphics({ ...order, architectures: ['x86_64-linux-gnu'] });
const { user, system } = process.cpuUsage(before);
const cost: StartCost = {
  cpuMs: (user + system) / 1000,
  reused: captured?.reused ?? false,
  drivers: captured?.drivers.length ?? 0,
  places: order?.strategy === 'reuse' ? placesOf(order.overrides) : {},
};
process.stdout.write(`${JSON.stringify(cost)}\n`);

function placesOf(overrides: string): StartCost['places'] {
  const { places } = parseKeptList(readFileSync(`${dirname(realpathSync(overrides))}/list`, 'utf8'));
  const counts: Record<string, number> = {};
  for (let at = 1; at < places.length; at += 2) {
    const kind = places[at]?.slice(0, 1) ?? '';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
