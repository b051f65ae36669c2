import { groupBy } from '../group-by.ts';
import type { Trace, TraceLaunch } from '../results/trace.ts';
import type { Advice, AdviceOn, AdviceRule, Effect, RecordedFiles } from './advice/advice.ts';
import { adviseOnCaptures } from './advice/captures.ts';
import { adviseOnPathSearches } from './advice/path-searches.ts';
import { adviseOnProbes, adviseOnRepetitions } from './advice/repetitions.ts';
import { adviseOnSameFiles } from './advice/same-files.ts';
import { adviseOnShells } from './advice/shells.ts';

/** Every kind of advice, the most specific first: a launch is saved once. To add one, write its file and add it here. */
const RULES: readonly AdviceRule[] = [
  adviseOnCaptures,
  adviseOnSameFiles,
  adviseOnProbes,
  adviseOnShells,
  adviseOnRepetitions,
  adviseOnPathSearches,
];

/**
 * Finds launches in a recording that could be fewer. Nothing is changed: whether the output of one is read by another
 * is known for captures alone, so each advice says what it goes by.
 *
 * @param files - says which of the files that were captured are one; where nobody can look, none are
 * @returns what saves most launches first
 */
export function advise(trace: Trace, files: RecordedFiles = UNKNOWN_FILES): readonly Advice[] {
  const taken = new Set<number>();
  const isFree = (seq: number): boolean => seq > 0 && !taken.has(seq);
  const started = groupBy(trace.tree, ({ startedBy }) => startedBy);
  const found: Advice[] = [];
  for (const rule of RULES) {
    for (const on of rule(trace, isFree, files)) {
      const left = withoutTaken(on, isFree);
      if (left === null) continue;
      const saved = left.effect === 'gone' ? withAllBelow(left.saved, started).filter(isFree) : left.saved;
      for (const seq of saved) taken.add(seq);
      found.push(complete(trace, left, saved, started));
    }
  }
  return found.sort(
    (a, b) =>
      b.launchesSaved - a.launchesSaved ||
      a.attemptsSaved - b.attemptsSaved ||
      (a.launches[0] ?? 0) - (b.launches[0] ?? 0),
  );
}

const UNKNOWN_FILES: RecordedFiles = { identityOf: () => null };

/** Advice as far as earlier advice has left its launches; null where it has left nothing to be saved. */
function withoutTaken(on: AdviceOn, isFree: (seq: number) => boolean): AdviceOn | null {
  if (on.saved.length === 0) return on;
  // What is to be launched once still is, though it be another of them.
  const free = [...on.kept, ...on.saved].filter(isFree);
  const [kept, saved] =
    on.effect === 'gone' ? [free.slice(0, 1), free.slice(1)] : [on.kept, on.saved.filter(isFree)];
  return saved.length === 0 ? null : { ...on, kept, saved };
}

type Started = ReadonlyMap<number | null, readonly TraceLaunch[]>;

function withAllBelow(seqs: readonly number[], started: Started): readonly number[] {
  const all = new Set(seqs);
  // What is added meanwhile is looked at as well.
  for (const seq of all) for (const below of started.get(seq) ?? []) all.add(below.seq);
  return [...all];
}

function complete(
  { tree }: Trace,
  { kind, what, caution, effect, kept, saved: topmost, attempts = 0 }: AdviceOn,
  saved: readonly number[],
  started: Started,
): Advice {
  const [first = 0] = [...topmost, ...kept];
  return {
    kind,
    what,
    caution,
    effect,
    launchesSaved: saved.length,
    attemptsSaved: attempts,
    savedMs:
      topmost.length === 0 ? null : toMs(sumOf(topmost.map((seq) => ownUs(tree[seq], effect, started)))),
    launches: [...new Set([...kept, ...saved])].sort((a, b) => a - b),
    example: tree[first]?.argv ?? [],
  };
}

function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}

function toMs(us: number | null): number | null {
  return us === null ? null : us / 1000;
}

/** What a launch took, microseconds; where only it goes and what it started stays, without the time of that. */
function ownUs(launch: TraceLaunch | undefined, effect: Effect, started: Started): number | null {
  if (launch?.durationUs === null || launch === undefined) return null;
  if (effect !== 'bypassed' || launch.end?.kind === 'replaced') return launch.durationUs;
  const below = sumOf((started.get(launch.seq) ?? []).map(({ durationUs }) => durationUs));
  return below === null ? null : Math.max(0, launch.durationUs - below);
}
