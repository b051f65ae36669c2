import { join } from 'node:path';
import { CountError } from '../errors.ts';
import { guestsExecEmulated } from '../launch/emulations/detect.ts';
import type { LedgerEntry } from '../launch/ledger.ts';
import { openTimer, type TimerOptions } from '../launch/open-timer.ts';
import type { Timer } from '../launch/timer.ts';
import type { TracedTree } from '../trace/process-tree.ts';
import { readTrace, type Tracer } from '../trace/tracer.ts';
import { verifyCounts } from '../trace/verify.ts';
import type { Bench } from './bench.ts';
import { type CellRecord, isAboutTheCell } from './cell-record.ts';
import type { MeasuredCellPlan } from './plan-cells.ts';

/** What the counting pass under a tracer needs. */
export interface VerifyOptions {
  readonly tracer: Tracer;
  /** The cells whose counts are to be compared with it. */
  readonly wanted: (plan: MeasuredCellPlan) => boolean;
  /** Whether the launches of a cell go through the timer; else it is the process that captures that is watched. */
  readonly launches: (plan: MeasuredCellPlan) => boolean;
  readonly timerOptions: TimerOptions;
  /** Folder for the tracer's logs. */
  readonly logDir: string;
  /** A bench for cells whose launches go through the timer; the prefix stands before a process that captures itself. */
  readonly openBench: (
    cells: readonly MeasuredCellPlan[],
    timer: Timer,
    prefix: readonly string[],
  ) => Promise<Bench>;
  readonly signal: AbortSignal;
  readonly onProgress: (plan: MeasuredCellPlan) => void;
}

/**
 * Runs every wanted cell once more, under a tracer, and compares the ledger of that run with what the tracer saw. No
 * sample is taken: a tracer would stand in it. A cell whose count cannot be trusted (ledger and tracer disagree, the
 * trace is cut short) or whose capture fails is void. Our measurement specification, sections 1.6 and 1.7.
 *
 * What was seen is entered in the cell.
 *
 * @throws InterruptedError when the user wants us to stop.
 */
export async function verifyCells(cells: readonly CellRecord[], options: VerifyOptions): Promise<void> {
  for (const [index, cell] of cells.entries()) {
    options.signal.throwIfAborted();
    if (cell.void !== null || !options.wanted(cell.plan)) continue;
    options.onProgress(cell.plan);
    try {
      await verifyCell(cell, index, options);
    } catch (error) {
      options.signal.throwIfAborted();
      if (!isAboutTheCell(error)) throw error;
      cell.fail(error.message);
    }
  }
}

async function verifyCell(
  cell: CellRecord,
  index: number,
  { tracer, timerOptions, logDir, openBench, signal, ...options }: VerifyOptions,
): Promise<void> {
  const { plan } = cell;
  const log = join(logDir, `trace-${index}.log`);
  const traced = tracer.command(log);
  // Without launches it is the capturing process that must be seen to launch nothing.
  const launches = options.launches(plan);
  const timer = await openTimer({ ...timerOptions, prefix: launches ? traced : [] });
  const endTimer = () => void timer.close();
  signal.addEventListener('abort', endTimer);
  try {
    const bench = await openBench([plan], timer, launches ? [] : traced);
    const prepared = await bench.prepare(plan);
    try {
      await prepared.run();
    } finally {
      await prepared.discard();
    }
    await timer.close();
    const trace = await readTrace(tracer, log);
    compareCounts(cell, bench.ledger.entries, trace, launches ? timer.pid : trace.launches[0].pid);
  } finally {
    signal.removeEventListener('abort', endTimer);
    await timer.close();
  }
}

function compareCounts(
  cell: CellRecord,
  ledger: readonly LedgerEntry[],
  trace: TracedTree,
  launcherPid: number,
): void {
  const { emulation } = cell.plan;
  const check = verifyCounts({
    ledger,
    trace,
    launcherPid,
    guestsExecEmulated: emulation.kind === 'wrapper' && guestsExecEmulated(emulation),
  });
  const { disagreement, deeper, forks, escaped, hostExecs } = check;
  if (disagreement !== null) throw new CountError(`ledger and tracer disagree: ${disagreement}`);
  // One more pass over the cell, so one more count that has to be the same.
  cell.count(ledger);
  cell.trace({ toolLaunches: deeper.length, forks, escaped: escaped.length, hostExecs });
}
