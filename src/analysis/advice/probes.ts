import { nameIn } from '../../results/trace.ts';
import { groupBy } from '../../group-by.ts';
import { plural } from '../../plural.ts';
import type { AdviceRule } from './advice.ts';

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
  [
    ...groupBy(
      tree.filter(({ seq, argv }) => isFree(seq) && argv.length === 2 && PROBES.has(argv[1] ?? '')),
      ({ executable, argv }) => [executable, ...argv.slice(1)].join('\0'),
    ).values(),
  ].flatMap((same) => {
    const [first, ...again] = same;
    if (again.length === 0) return [];
    return [
      {
        kind: 'version-probe' as const,
        what: `${nameIn(first)} is asked for ${first.argv[1] ?? ''} ${plural(same.length, 'time')}; its answer changes only when its file does`,
        caution: null,
        effect: 'gone' as const,
        saved: again.map(({ seq }) => seq),
        kept: [first.seq],
      },
    ];
  });
