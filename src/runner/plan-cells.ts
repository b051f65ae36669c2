import { ScenarioError } from '../errors.ts';
import type { RowName } from '../results/cell-name.ts';
import type { Emulation, ModelEmulation } from '../launch/emulations/emulations.ts';

/** A cell that is run: one strategy or command under native or a wrapper. */
export interface MeasuredCellPlan extends RowName {
  /** Name of the capture tool; null where tools have no names, and for a strategy that launches none. */
  readonly tool: string | null;
  readonly emulation: Exclude<Emulation, ModelEmulation>;
}

/** A cell that is computed from the native cell of its row. */
export interface ModelledCellPlan extends RowName {
  readonly emulation: ModelEmulation;
}

/** The cells of a scenario, in the order of its file: the first measured one is the reference. */
export interface CellPlan {
  readonly measured: readonly MeasuredCellPlan[];
  readonly modelled: readonly ModelledCellPlan[];
  /** What was left out and why, in whole sentences. */
  readonly notes: readonly string[];
}

/**
 * Crosses strategies or commands with tools and emulations. A strategy that launches nothing has one cell, whatever the tools.
 *
 * A strategy that launches nothing has no cell under a wrapper, which is put before launches; under a model
 * it has one, because the caller itself would be emulated.
 *
 * @throws ScenarioError when a model has no native cells to be computed from, or nothing is left to run.
 */
export function planCells(
  named: readonly { readonly name: string; readonly launches: boolean }[],
  emulations: readonly Emulation[],
  tools: readonly (string | null)[] = [null],
): CellPlan {
  const measured: MeasuredCellPlan[] = [];
  const modelled: ModelledCellPlan[] = [];
  const notes: string[] = [];
  const rows = tools.flatMap((tool, index) =>
    named
      .filter(({ launches }) => launches || index === 0)
      .map(({ name: row, launches }) => ({ row, tool: launches ? tool : null, launches })),
  );
  for (const emulation of emulations) {
    for (const { row, tool, launches } of rows) {
      switch (emulation.kind) {
        case 'native':
          measured.push({ row, tool, emulation });
          break;
        case 'wrapper':
          if (launches) measured.push({ row, tool, emulation });
          else notes.push(`${row} launches nothing, so there is nothing to put ${emulation.name} before.`);
          break;
        case 'model':
          modelled.push({ row, tool, emulation });
          break;
      }
    }
  }
  if (modelled.length > 0 && !emulations.some(({ kind }) => kind === 'native')) {
    throw new ScenarioError(
      `Emulation "${modelled[0]?.emulation.name ?? ''}" is modelled, but "native" is not run`,
      {
        hint: 'A model is computed from natively measured launches: add native to the emulations.',
      },
    );
  }
  if (measured.length === 0) {
    throw new ScenarioError('Nothing is left to run under any emulation', {
      hint: 'Name at least one strategy or command, and native or a wrapper that it can be launched under.',
    });
  }
  return { measured, modelled, notes };
}

/** The name of the row alone, for results. */
export function rowOf({ row, tool }: RowName): RowName {
  return { row, tool };
}
