import { cell, figures, firstLines, list, text, words, type Block } from '../blocks.ts';
import { formatUs } from '../format-numbers.ts';
import { plural } from '../../plural.ts';
import type { LaunchChange, TraceComparison, TraceTotals } from '../../analysis/compare-traces.ts';
import type { TraceComparisonDocument } from '../document.ts';

/** Launches named on each side. */
const NAMED = 50;

/** Two traces as blocks: the totals, then executables whose counts differ, then what came and what went. */
export function composeTraceComparison({ comparison }: TraceComparisonDocument): readonly Block[] {
  const { base, head, executables, came, went } = comparison;
  const changed = executables.filter((executable) => executable.base !== executable.head);
  const same = executables.length - changed.length;
  return [
    text(summary(comparison), changed.length === 0 && came.length + went.length === 0 ? 'good' : 'strong'),
    ...(base.tracer.kind === head.tracer.kind
      ? []
      : [text('One was counted by a tracer, the other one by shims, which see less.', 'warning')]),
    totalsTable(base, head),
    ...(changed.length === 0
      ? []
      : [
          {
            kind: 'table',
            caption: `Executables, by whoever started them${same === 0 ? '' : `; ${same} that did not change are left out`}`,
            columns: [
              words('executable'),
              words('started by'),
              figures('base'),
              figures('head'),
              figures('change'),
            ],
            rows: changed.map(({ name, startedBy, base: before, head: after }) => [
              cell(name),
              cell(startedBy, 'muted'),
              cell(before),
              cell(after),
              cell(signed(after - before), after > before ? 'bad' : 'good'),
            ]),
          } as const,
        ]),
    ...list('Came', lines(came), 'bad'),
    ...list('Went', lines(went), 'good'),
  ];
}

function summary({ base, head, came, went }: TraceComparison): string {
  if (came.length === 0 && went.length === 0) return `The same launches: ${base.label} and ${head.label}`;
  const sum = (changes: readonly LaunchChange[]): number =>
    changes.reduce((total, change) => total + Math.abs(change.head - change.base), 0);
  return `${plural(sum(came), 'launch', 'launches')} came, ${sum(went)} went: from ${base.label} to ${head.label}`;
}

function totalsTable(base: TraceTotals, head: TraceTotals): Block {
  return {
    kind: 'table',
    caption: null,
    columns: [words('trace'), figures('launches'), figures('forks'), figures('time', 1)],
    rows: [base, head].map(({ label, launches, forks, durationUs }) => [
      cell(label),
      cell(launches ?? '–'),
      cell(forks ?? '–'),
      cell(formatUs(durationUs)),
    ]),
  };
}

function lines(changes: readonly LaunchChange[]): readonly string[] {
  return firstLines(changes, NAMED, ({ label, startedBy, base, head }) => {
    const counts = base === 0 || head === 0 ? times(Math.max(base, head)) : ` (${base} → ${head})`;
    return `${label}${counts}${startedBy === '' ? '' : `, started by ${startedBy}`}`;
  });
}

function times(count: number): string {
  return count === 1 ? '' : ` (${count} times)`;
}

function signed(change: number): string {
  return change > 0 ? `+${change}` : `−${Math.abs(change)}`;
}
