import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CountError, InterruptedError } from '../errors.ts';
import { guestsExecEmulated } from '../launch/emulations/detect.ts';
import type { LedgerEntry } from '../launch/ledger.ts';
import { openTimer } from '../launch/open-timer.ts';
import type { TracedTree } from '../trace/process-tree.ts';
import { readTrace, type Tracer } from '../trace/tracer.ts';
import { verifyCounts } from '../trace/verify.ts';
import type { CellRecord } from './cell-record.ts';
import type { Collected } from './run-rounds.ts';
import type { MeasureOptions, Verifying } from './subject.ts';

/**
 * Runs every wanted cell once more, under a tracer, and compares the ledger of that run with what the tracer saw. No
 * sample is taken: a tracer would stand in it. A cell whose count cannot be trusted (ledger and tracer disagree, the
 * trace is cut short) or whose capture fails is void. Our measurement specification, sections 1.6 and 1.7.
 *
 * What was seen is entered in the cell. An interrupt leaves the rounds as they are, but the run unfinished.
 */
export async function verifyCells(
  collected: Collected,
  verifying: Verifying,
  scenario: string,
  options: MeasureOptions,
): Promise<Collected> {
  const { tracer, signal, verify, workDir, onProgress } = options;
  if (tracer === null || !collected.complete) return collected;
  const logDir = join(workDir, 'traces');
  mkdirSync(logDir, { recursive: true });
  try {
    for (const [index, cell] of collected.cells.entries()) {
      signal.throwIfAborted();
      const { plan } = cell;
      if (cell.void !== null || !(verify === 'all' || plan.emulation.kind === 'wrapper')) continue;
      onProgress(scenario, { phase: 'tracing', round: 1, rounds: 1, cell: plan, leftMs: null });
      try {
        await verifyCell(cell, tracer, join(logDir, `trace-${index}.log`), verifying, options);
      } catch (error) {
        cell.fail(error, signal);
      }
    }
    return collected;
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    return { ...collected, complete: false };
  }
}

async function verifyCell(
  cell: CellRecord,
  tracer: Tracer,
  log: string,
  verifying: Verifying,
  { timerOptions, signal }: MeasureOptions,
): Promise<void> {
  const { plan } = cell;
  const traced = tracer.command(log);
  // Without launches it is the capturing process that must be seen to launch nothing.
  const launches = verifying.launches(plan);
  const timer = await openTimer({ ...timerOptions, prefix: launches ? traced : [] });
  const endTimer = () => void timer.close();
  signal.addEventListener('abort', endTimer);
  try {
    const bench = verifying.openBench([plan], timer, launches ? [] : traced);
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
  const { disagreement, deeper, forks, escaped, hostExecs } = verifyCounts({
    ledger,
    trace,
    launcherPid,
    guestsExecEmulated: guestsExecEmulated(cell.plan.emulation),
  });
  if (disagreement !== null) throw new CountError(`ledger and tracer disagree: ${disagreement}`);
  // One more pass over the cell, so one more count that has to be the same.
  cell.count(ledger);
  cell.trace({ toolLaunches: deeper.length, forks, escaped: escaped.length, hostExecs });
}
