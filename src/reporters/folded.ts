import { nameIn, processesIn, type TraceLaunch } from '../results/trace.ts';
import type { TraceDocument } from './document.ts';
import { escapeTerminal } from './escape.ts';

/**
 * Stacks of who started whom with the microseconds that each program took while none of those it started ran, for
 * flamegraph.pl and speedscope. Source: github.com/brendangregg/FlameGraph, stackcollapse.pl.
 */
export function renderFolded({ trace }: TraceDocument): string {
  const { tree } = trace;
  const inChildrenUs = tree.map(() => 0);
  // Whoever created a process waits for all that runs in it, not for the first program alone.
  for (const { launches } of processesIn(trace)) {
    const { startedBy } = launches[0];
    const parent = startedBy === null ? undefined : tree[startedBy];
    if (parent === undefined) continue;
    for (const child of launches) {
      inChildrenUs[parent.seq] = (inChildrenUs[parent.seq] ?? 0) + overlapUs(parent, child);
    }
  }
  const stacks: string[] = [];
  const selfUs = new Map<string, number>();
  for (const launch of tree) {
    const above = launch.startedBy === null ? undefined : stacks[launch.startedBy];
    const stack = above === undefined ? frame(launch) : `${above};${frame(launch)}`;
    stacks.push(stack);
    const self = Math.max(0, (launch.durationUs ?? 0) - (inChildrenUs[launch.seq] ?? 0));
    selfUs.set(stack, (selfUs.get(stack) ?? 0) + self);
  }
  return [...selfUs].map(([stack, us]) => `${stack} ${us}\n`).join('');
}

function overlapUs(parent: TraceLaunch, child: TraceLaunch): number {
  const parentStart = parent.startUs ?? 0;
  const childStart = child.startUs ?? 0;
  const end = Math.min(parentStart + (parent.durationUs ?? 0), childStart + (child.durationUs ?? 0));
  return Math.max(0, end - Math.max(parentStart, childStart));
}

/** A semicolon would begin another frame. */
function frame(launch: TraceLaunch): string {
  return escapeTerminal(nameIn(launch)).replace(/;/gu, ',');
}
