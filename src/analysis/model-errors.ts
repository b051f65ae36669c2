import { isSameRow, type RowName } from '../results/cell-name.ts';
import { childCpuMs, type Metric, usedSamples } from '../results/sample-figures.ts';
import { median } from '../statistics/order-statistics.ts';
import type { EmulationAnalysis } from './cell-analysis.ts';
import type { ModelledEmulation } from './modelled.ts';

/** A model held against the emulator that it is about, where one run has both. */
export interface ModelErrors {
  readonly modelled: string;
  readonly measured: string;
  /** How far each prediction lies from the measured median, as a ratio less one: 0.08 is 8 % too much. */
  readonly rows: readonly (RowName & { readonly error: Readonly<Record<Metric, number>> })[];
}

/** Compares what models predicted with what was measured of the same emulators; rows that only one of them has are left out. */
export function modelErrors(
  emulations: readonly EmulationAnalysis[],
  modelled: readonly ModelledEmulation[],
): ModelErrors[] {
  return modelled.flatMap((model) =>
    emulations
      .filter((emulation) => isOf(model, emulation))
      .map(({ emulation, cells }) => ({
        modelled: model.emulation,
        measured: emulation,
        rows: model.cells.flatMap(({ cell: { row, tool }, prediction, label }) => {
          const found = cells.find(({ cell }) => isSameRow(cell, { row, tool }));
          // A prediction with a label is about another program than the one that was launched.
          if (!found?.times?.wall.summary || prediction === null || label !== null) return [];
          // Models are about launches alone: who launches runs natively beside an emulator as well.
          const cpuMs = usedSamples(found.cell.samples).flatMap((sample) => childCpuMs(sample) ?? []);
          if (cpuMs.length === 0) return [];
          const error = {
            cpu: prediction.cpu.ms / median(cpuMs) - 1,
            wall: prediction.wall.ms / found.times.wall.summary.medianMs - 1,
          };
          return [{ row, tool, error }];
        }),
      }))
      .filter(({ rows }) => rows.length > 0),
  );
}

/**
 * A calibrated model names its command. Presets are called by their emulator first: `fex-nocache`, `qemu-user`; so are its
 * programs: `FEXInterpreter`, `qemu-x86_64`.
 */
function isOf({ cells }: ModelledEmulation, { emulator }: EmulationAnalysis): boolean {
  const calibrated = cells[0]?.cell.model.calibration?.emulator.command;
  if (calibrated !== undefined) return emulator?.command.split(', ').includes(calibrated) ?? false;
  const family = cells[0]?.cell.model.preset?.split('-', 1)[0] ?? null;
  const program = emulator?.command.split(' ', 1)[0]?.split('/').at(-1)?.toLowerCase();
  return family !== null && (program?.startsWith(family) ?? false);
}
