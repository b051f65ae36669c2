import { groupBy } from '../group-by.ts';
import type { Fingerprint } from '../machine/machine-description.ts';
import { isSameRow, type RowName } from './cell-name.ts';
import type { Counts, MeasuredCell, ModelledCell, Results, ScenarioResult } from './results.ts';

/** The cells that were really run. */
export function measuredCells(scenario: ScenarioResult): MeasuredCell[] {
  return scenario.cells.filter((cell) => cell.kind === 'measured');
}

/** The counts of any cell: those of a modelled one are those of the native cell that it was computed from. */
export function countsOf(scenario: ScenarioResult, cell: MeasuredCell | ModelledCell): Counts | null {
  if (cell.kind === 'measured') return cell.counts;
  const native = measuredCells(scenario).find(
    (other) => other.emulation === 'native' && isSameRow(other, cell),
  );
  return native?.counts ?? null;
}

/** Launches that a run of a cell is made of: those that were counted, and a command itself; null: not known. */
export function launchesOf(scenario: ScenarioResult, { launches }: Counts): number | null {
  return launches === null ? null : launches + (isOfCommands(scenario) ? 1 : 0);
}

/** Whether a scenario measures commands, and no graphics stack. */
export function isOfCommands({ commands }: Pick<ScenarioResult, 'commands'>): boolean {
  return commands !== undefined;
}

/** What the rows of tables about these scenarios are. */
export function rowWord(scenarios: readonly Pick<ScenarioResult, 'commands' | 'recording'>[]): string {
  const words = new Set(
    scenarios.map((scenario) =>
      isOfCommands(scenario) ? 'command' : scenario.recording === undefined ? 'strategy' : 'recording',
    ),
  );
  return words.size === 0 ? 'strategy' : [...words].join(' or ');
}

/** Cells in groups of one emulation, in the order in which the emulations first appear. */
export function byEmulation<Cell extends { readonly emulation: string }>(
  cells: readonly Cell[],
): { readonly emulation: string; readonly cells: readonly Cell[] }[] {
  return [...groupBy(cells, ({ emulation }) => emulation)].map(([emulation, same]) => ({
    emulation,
    cells: same,
  }));
}

/** Whether there is a sample that counts: none in a counts-only run, or when the cell failed at once. */
export function wasTimed({ samples }: MeasuredCell): boolean {
  return samples.some(({ warmup }) => !warmup);
}

/** Where a scenario was measured; the same for all but in a merge of shards from different machines. */
export function fingerprintFor(results: Results, scenario: string): Fingerprint {
  const elsewhere = results.fingerprintOf ?? {};
  return (Object.hasOwn(elsewhere, scenario) ? elsewhere[scenario] : undefined) ?? results.fingerprint;
}

/** What a cell is compared with, within one emulation. */
export interface Compared<Cell> {
  readonly cell: Cell;
  /** The first row of its tool; null for that row itself. */
  readonly first: Cell | null;
  /** The same row of the first tool; null for the cells of that tool, and where tools have no names. */
  readonly acrossTools: Cell | null;
}

/**
 * Compares the cells of one emulation: within each tool with its first row, across tools with the same row of the first.
 * A row that no tool serves is compared with those of the first tool. Our measurement specification, 12.2.
 */
export function compareRows<Cell extends RowName>(cells: readonly Cell[]): readonly Compared<Cell>[] {
  const firstTool = cells.find(({ tool }) => tool !== null)?.tool ?? null;
  const toolOf = ({ tool }: Cell): string | null => tool ?? firstTool;
  return cells.map((cell) => {
    const first = cells.find((other) => toolOf(other) === toolOf(cell)) ?? null;
    const same = cells.find((other) => other.row === cell.row && toolOf(other) === firstTool) ?? null;
    return {
      cell,
      first: first === cell ? null : first,
      acrossTools: toolOf(cell) === firstTool ? null : same,
    };
  });
}
