import type { MeasuredCell, ScenarioResult } from './results-file.ts';

/** What tells cells apart. */
export interface CellName {
  readonly scenario: string;
  readonly strategy: string;
  readonly emulation: string;
}

/** Whether two names are of one cell. */
export function isSameCell(a: CellName, b: CellName): boolean {
  return a.scenario === b.scenario && a.strategy === b.strategy && a.emulation === b.emulation;
}

/** The cells that were really run. */
export function measuredCells(scenario: ScenarioResult): MeasuredCell[] {
  return scenario.cells.filter((cell) => cell.kind === 'measured');
}

/** Cells in groups of one emulation, in the order in which the emulations first appear. */
export function byEmulation<Cell extends { readonly emulation: string }>(
  cells: readonly Cell[],
): { readonly emulation: string; readonly cells: readonly Cell[] }[] {
  return [...new Set(cells.map(({ emulation }) => emulation))].map((emulation) => ({
    emulation,
    cells: cells.filter((cell) => cell.emulation === emulation),
  }));
}

/** Whether there is a sample that counts: none in a counts-only run, or when the cell failed at once. */
export function wasTimed({ samples }: MeasuredCell): boolean {
  return samples.warmup.includes(false);
}
