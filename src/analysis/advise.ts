import type { Trace } from '../results/trace.ts';
import type { Advice, AdviceOn, AdviceRule } from './advice/advice.ts';
import { adviseOnCaptures } from './advice/captures.ts';
import { adviseOnProbes } from './advice/probes.ts';
import { adviseOnRepetitions } from './advice/repetitions.ts';
import { adviseOnShells } from './advice/shells.ts';

/** Every kind of advice, the most specific first: a launch is saved once. To add one, write its file and add it here. */
const RULES: readonly AdviceRule[] = [adviseOnCaptures, adviseOnProbes, adviseOnShells, adviseOnRepetitions];

/**
 * Finds launches in a recording that could be fewer. Nothing is changed: whether the output of one is read by another
 * is known for captures alone, so each advice says what it goes by.
 *
 * @returns what saves most launches first
 */
export function advise(trace: Trace): readonly Advice[] {
  const taken = new Set<number>();
  const found: Advice[] = [];
  for (const rule of RULES) {
    for (const on of rule(trace, (seq) => seq > 0 && !taken.has(seq))) {
      for (const seq of on.saved) taken.add(seq);
      found.push(complete(trace, on));
    }
  }
  return found.sort(
    (a, b) => b.launchesSaved - a.launchesSaved || (a.launches[0] ?? 0) - (b.launches[0] ?? 0),
  );
}

function complete({ tree }: Trace, { kind, what, caution, saved, kept }: AdviceOn): Advice {
  const durations = saved.map((seq) => tree[seq]?.durationUs ?? null);
  const savedMs = durations.some((duration) => duration === null)
    ? null
    : durations.reduce<number>((sum, duration) => sum + (duration ?? 0), 0) / 1000;
  return {
    kind,
    what,
    caution,
    launchesSaved: saved.length,
    savedMs,
    launches: [...kept, ...saved].sort((a, b) => a - b),
    example: tree[saved[0] ?? 0]?.argv ?? [],
  };
}
