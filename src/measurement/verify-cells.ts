import { join } from 'node:path';
import { CountError } from '../errors.ts';
import { guestsExecEmulated } from '../launch/emulations/detect.ts';
import { openTimer, type TimerOptions } from '../launch/open-timer.ts';
import type { Tracer } from '../trace/tracer.ts';
import { verifyCounts } from '../trace/verify.ts';
import type { Bench } from './bench.ts';
import type { CellRecord } from './cell-record.ts';
import type { MeasuredCellPlan } from './cells.ts';
import type { Timer } from '../launch/timer.ts';

/** What a tracer saw of one cell. */
export interface TracedCounts {
  readonly launches: number;
  readonly forks: number;
  /** Launches that left the emulation and ran natively. */
  readonly escaped: number;
  /** Execs of the host's kernel, the emulator's own included. */
  readonly hostExecs: number;
}

/** What the counting pass under a tracer needs. */
export interface VerifyOptions {
  readonly tracer: Tracer;
  /** The cells whose counts are to be held against it. */
  readonly wanted: (plan: MeasuredCellPlan) => boolean;
  readonly timerOptions: TimerOptions;
  /** Folder for the tracer's logs. */
  readonly logDir: string;
  /** A bench for cells whose launches go through the traced timer. */
  readonly openBench: (cells: readonly MeasuredCellPlan[], timer: Timer) => Promise<Bench>;
  readonly signal: AbortSignal;
  readonly onProgress: (plan: MeasuredCellPlan) => void;
}

/**
 * Runs every wanted cell once more, under a tracer, and holds the ledger of that run against what the tracer saw. No
 * sample is taken: a tracer would stand in it. Our measurement specification, sections 1.6 and 1.7.
 *
 * @returns what was seen of each cell, in order; null for cells that are void or not wanted.
 * @throws CountError when ledger and tracer disagree: no count of the run can be trusted then.
 */
export async function verifyCells(
  cells: readonly CellRecord[],
  options: VerifyOptions,
): Promise<readonly (TracedCounts | null)[]> {
  const seen: (TracedCounts | null)[] = [];
  for (const [index, cell] of cells.entries()) {
    options.signal.throwIfAborted();
    if (cell.void !== null || !options.wanted(cell.plan)) {
      seen.push(null);
      continue;
    }
    options.onProgress(cell.plan);
    seen.push(await verifyCell(cell, index, options));
  }
  return seen;
}

async function verifyCell(
  { plan }: CellRecord,
  index: number,
  { tracer, timerOptions, logDir, openBench }: VerifyOptions,
): Promise<TracedCounts> {
  const log = join(logDir, `trace-${index}.log`);
  const timer = await openTimer({ ...timerOptions, prefix: tracer.command(log) });
  const bench = await openBench([plan], timer);
  try {
    const prepared = await bench.prepare(plan);
    try {
      await prepared.run();
    } finally {
      await prepared.discard();
    }
  } finally {
    await timer.close();
  }
  const check = verifyCounts({
    ledger: bench.ledger.entries,
    trace: await tracer.read(log),
    launcherPid: timer.pid,
    guestsExecEmulated: plan.emulation.kind === 'wrapper' && guestsExecEmulated(plan.emulation),
  });
  const [first] = check.disagreements;
  if (first !== undefined) {
    throw new CountError(
      `${plan.strategy} under ${plan.emulation.name}: ledger and tracer disagree. ${first}`,
      {
        hint: 'No count of this run can be trusted. Please report it with the scenario.',
      },
    );
  }
  const { launches, forks, escaped, hostExecs } = check;
  return { launches, forks, escaped: escaped.length, hostExecs };
}
