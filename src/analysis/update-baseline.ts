import { baselineCellOf, type Baseline } from '../results/baseline.ts';
import { isSameCell, nameOf, nameOfCell, type CellName } from '../results/cell-name.ts';
import { measuredCells } from '../results/cells.ts';
import type { Results } from '../results/results.ts';
import { claimedCells } from './claim.ts';

/** What became of an update. */
export type BaselineUpdate =
  | { readonly kind: 'updated'; readonly baseline: Baseline; readonly changes: readonly BaselineChange[] }
  /** Counts that cannot be trusted must not become what others are compared with. */
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/** The launches of a cell before and after; null where it is not in the baseline. Unchanged cells are listed too. */
export interface BaselineChange extends CellName {
  readonly before: number | null;
  readonly after: number | null;
}

/** Where an update is asked for. */
export interface UpdateOptions {
  /** File that the baseline is kept in. */
  readonly file: string;
  /** Whether this is a CI job, and whether it may update all the same. */
  readonly ci: boolean;
  readonly allowCi: boolean;
}

/**
 * The baseline that these results make. Scenarios in the results are taken over whole, upwards, downwards
 * and with cells that are gone, so that slack never builds up; scenarios that the results say nothing of
 * stay as they are. Refused when a cell is void or its counts vary, and in CI, where a gate that accepts
 * what it finds is none. Our measurement specification, section 9.5.
 *
 * @param old - null when there is no baseline yet
 */
export function updateBaseline(
  old: Baseline | null,
  results: Results,
  options: UpdateOptions,
): BaselineUpdate {
  const reasons = [...reasonsToRefuse(results, options)];
  if (reasons.length > 0) return { kind: 'refused', reasons };

  const known = old?.cells ?? [];
  const measured = results.scenarios.flatMap((scenario) =>
    measuredCells(scenario).map((cell) => {
      const counted = baselineCellOf(scenario.name, cell);
      const before = known.find((other) => isSameCell(other, counted)) ?? null;
      // A run without a tracer knows nothing of these, and must not take the guard away.
      const forks = counted.forks ?? before?.forks ?? null;
      const toolLaunches = counted.toolLaunches ?? before?.toolLaunches ?? null;
      return { before, after: { ...counted, forks, toolLaunches } };
    }),
  );
  const isReplaced = ({ scenario }: CellName): boolean =>
    results.scenarios.some(({ name }) => name === scenario);
  const gone = known.filter((cell) => isReplaced(cell) && !measured.some(({ before }) => before === cell));
  return {
    kind: 'updated',
    baseline: {
      file: options.file,
      cells: [...known.filter((cell) => !isReplaced(cell)), ...measured.map(({ after }) => after)],
      packages: packagesOf(old, results),
    },
    changes: [
      ...measured.map(({ before, after }) => ({
        ...nameOf(after),
        before: before?.launches ?? null,
        after: after.launches,
      })),
      ...gone.map((cell) => ({ ...nameOf(cell), before: cell.launches, after: null })),
    ],
  };
}

/** undefined: no scenario has any. */
function packagesOf(old: Baseline | null, { scenarios }: Results): Baseline['packages'] {
  const kept = Object.entries(old?.packages ?? {}).filter(([name]) =>
    scenarios.every((now) => now.name !== name),
  );
  const counted = scenarios.flatMap(({ name, packages }) =>
    packages === undefined ? [] : [[name, packages] as const],
  );
  const all = [...kept, ...counted];
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

function* reasonsToRefuse(results: Results, { ci, allowCi }: UpdateOptions): Generator<string> {
  if (ci && !allowCi) {
    yield 'this is a CI job (CI is set): a gate that accepts what it finds is none; --allow-ci does it all the same';
  }
  const cells = results.scenarios.flatMap((scenario) => claimedCells(scenario, results.run));
  if (cells.length === 0) yield 'the results hold no measured cell';
  if ((results.missingShards ?? []).length > 0) yield 'shards of the run are missing';
  for (const { scenario, row, tool, emulation, claim, cell } of cells) {
    const name = `${scenario}, ${nameOfCell({ row, tool, emulation })}`;
    if ([scenario, row, emulation].includes('__proto__')) {
      yield `${name}: "__proto__" can be no name in a baseline`;
    }
    if (claim.kind === 'void') yield `${name}: ${claim.reason}`;
    else if (cell.counts.launches === null) {
      yield `${name}: its launches were not counted, because no tracer was there`;
    }
  }
}
