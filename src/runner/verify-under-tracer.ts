import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InterruptedError } from '../errors.ts';
import { nameOfRow } from '../results/cell-name.ts';
import type { Tracer } from '../trace/tracer.ts';
import { rowOf } from './plan-cells.ts';
import type { Collected } from './run-rounds.ts';
import type { MeasureOptions } from './subject.ts';
import { verifyCells, type VerifyOptions } from './verify-cells.ts';

/** Said where there is no tracer and something ran under a wrapper. */
export const UNPROVEN =
  'That every launch stayed inside its emulation was not proven: a tracer, which would have seen one escape, is not there.';

/** The counting pass under the tracer. An interrupt in it leaves the rounds as they are, but the run unfinished. */
export async function verifyUnderTracer(
  tracer: Tracer | null,
  collected: Collected,
  options: VerifyingOptions,
  scenario: string,
): Promise<Collected> {
  if (tracer === null || !collected.complete) return collected;
  try {
    await traceCells(tracer, collected, options, scenario);
    return collected;
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    return { ...collected, complete: false };
  }
}

type VerifyingOptions = MeasureOptions & Pick<VerifyOptions, 'openBench' | 'launches'>;

async function traceCells(
  tracer: Tracer,
  { cells }: Collected,
  options: VerifyingOptions,
  scenario: string,
): Promise<void> {
  const logDir = join(options.workDir, 'traces');
  await mkdir(logDir, { recursive: true });
  await verifyCells(cells, {
    tracer,
    wanted: ({ emulation }) => options.verify === 'all' || emulation.kind === 'wrapper',
    timerOptions: options.timerOptions,
    logDir,
    launches: options.launches,
    openBench: options.openBench,
    signal: options.signal,
    onProgress: (plan) => {
      options.onProgress(scenario, {
        phase: 'tracing',
        round: 1,
        rounds: 1,
        row: nameOfRow(rowOf(plan)),
        emulation: plan.emulation.name,
        leftMs: null,
      });
    },
  });
}
