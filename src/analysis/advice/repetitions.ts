import { groupBy } from '../../group-by.ts';
import { plural } from '../../plural.ts';
import { nameIn, type TraceLaunch } from '../../results/trace.ts';
import type { AdviceOn, AdviceRule } from './advice.ts';

/** Words by which programs are asked what they are. */
const PROBES: ReadonlySet<string> = new Set([
  '--version',
  '-V',
  '-v',
  '-version',
  'version',
  '--help',
  '-dumpmachine',
  '-dumpversion',
]);

/** A program that says what it is says the same each time. */
export const adviseOnProbes: AdviceRule = ({ tree }, isFree) =>
  keepAnswers(
    tree.filter(({ seq, argv }) => isFree(seq) && argv.length === 2 && PROBES.has(argv[1] ?? '')),
    ({ executable, argv }) => [executable, argv[1]],
    (first, times) => ({
      kind: 'version-probe',
      what: `${nameIn(first)} is asked for ${first.argv[1] ?? ''} ${plural(times, 'time')}; its answer changes only when its file does`,
      caution: null,
    }),
  );

/** The same command line in the same folder may have the same answer. */
export const adviseOnRepetitions: AdviceRule = ({ tree }, isFree) =>
  keepAnswers(
    tree.filter(({ seq, argvCut }) => isFree(seq) && argvCut !== true),
    ({ executable, cwd, argv }) => [executable, cwd, ...argv],
    (first, times) => ({
      kind: 'repeated-launch',
      what: `${nameIn(first)} is launched ${plural(times, 'time')} with the same arguments in the same folder; its answer could be kept`,
      caution:
        'Only where it reads and writes nothing that changes in between, which a recording does not show',
    }),
  );

/** Of launches that have the same answer, the first one stays. */
export function keepAnswers(
  launches: readonly TraceLaunch[],
  questionOf: (launch: TraceLaunch) => readonly unknown[],
  say: (first: TraceLaunch, times: number) => Pick<AdviceOn, 'kind' | 'what' | 'caution'>,
): readonly AdviceOn[] {
  return [...groupBy(launches, (launch) => JSON.stringify(questionOf(launch))).values()].flatMap((same) => {
    const [first, ...again] = same;
    if (again.length === 0) return [];
    const saved = again.map(({ seq }) => seq);
    return [{ ...say(first, same.length), effect: 'gone' as const, saved, kept: [first.seq] }];
  });
}
