import { nameIn } from '../../results/trace.ts';
import { groupBy } from '../../group-by.ts';
import { plural } from '../../plural.ts';
import type { AdviceRule } from './advice.ts';

/** The same command line in the same folder may have the same answer. */
export const adviseOnRepetitions: AdviceRule = ({ tree }, isFree) =>
  [
    ...groupBy(
      tree.filter(({ seq, argvCut }) => isFree(seq) && argvCut !== true),
      ({ executable, cwd, argv }) => [executable, cwd, ...argv].join('\0'),
    ).values(),
  ].flatMap((same) => {
    const [first, ...again] = same;
    if (again.length === 0) return [];
    return [
      {
        kind: 'repeated-launch' as const,
        what: `${nameIn(first)} is launched ${plural(same.length, 'time')} with the same arguments in the same folder; its answer could be kept`,
        caution:
          'Only where it reads and writes nothing that changes in between, which a recording does not show',
        effect: 'gone' as const,
        saved: again.map(({ seq }) => seq),
        kept: [first.seq],
      },
    ];
  });
