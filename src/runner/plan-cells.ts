import type { StrategyName } from '../core/overrides/strategies.ts';
import { ScenarioError } from '../errors.ts';
import type { Emulation, ModelEmulation } from '../launch/emulations/emulations.ts';

/** A cell that is run: one strategy under native or a wrapper. */
export interface MeasuredCellPlan {
  readonly strategy: StrategyName;
  readonly emulation: Exclude<Emulation, ModelEmulation>;
}

/** A cell that is computed from the native cell of its strategy. */
export interface ModelledCellPlan {
  readonly strategy: StrategyName;
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
 * Crosses strategies with emulations.
 *
 * A strategy that launches nothing has no cell under a wrapper, which is put before launches; under a model
 * it has one, because the caller itself would be emulated.
 *
 * @throws ScenarioError when a model has no native cells to be computed from, or nothing is left to run.
 */
export function planCells(
  strategies: readonly { readonly name: StrategyName; readonly launches: boolean }[],
  emulations: readonly Emulation[],
): CellPlan {
  const measured: MeasuredCellPlan[] = [];
  const modelled: ModelledCellPlan[] = [];
  const notes: string[] = [];
  for (const emulation of emulations) {
    for (const { name: strategy, launches } of strategies) {
      switch (emulation.kind) {
        case 'native':
          measured.push({ strategy, emulation });
          break;
        case 'wrapper':
          if (launches) measured.push({ strategy, emulation });
          else
            notes.push(`${strategy} launches nothing, so there is nothing to put ${emulation.name} before.`);
          break;
        case 'model':
          modelled.push({ strategy, emulation });
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
    throw new ScenarioError('No strategy is left to run under any emulation', {
      hint: 'Name at least one strategy, and native or a wrapper that it can be launched under.',
    });
  }
  return { measured, modelled, notes };
}
