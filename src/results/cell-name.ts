/** What tells cells apart. */
export interface CellName extends RowName {
  readonly scenario: string;
  readonly emulation: string;
}

/** What is compared within one emulation: a strategy, and the tool that served it where tools are named. */
export interface RowName {
  readonly row: string;
  readonly tool: string | null;
}

/** `batched`, or `batched@after` where tools are named: a row in tables, baselines and messages. */
export function nameOfRow({ row, tool }: RowName): string {
  return tool === null ? row : `${row}@${tool}`;
}

/** `batched@after under fex`: a cell in messages. */
export function nameOfCell(cell: RowName & { readonly emulation: string }): string {
  return `${nameOfRow(cell)} under ${cell.emulation}`;
}

/** Whether two names are of one row. */
export function isSameRow(a: RowName, b: RowName): boolean {
  return nameOfRow(a) === nameOfRow(b);
}

/** Whether two names are of one cell. */
export function isSameCell(a: CellName, b: CellName): boolean {
  return a.scenario === b.scenario && isSameRow(a, b) && a.emulation === b.emulation;
}

/** The name of something that has more than a name. */
export function nameOf({ scenario, row, tool, emulation }: CellName): CellName {
  return { scenario, row, tool, emulation };
}
