import { InterruptedError, LaunchError, SysrootError } from '../errors.ts';
import type { Timer } from '../launch/timer.ts';
import type { Bench } from './bench.ts';
import { CellRecord } from './cell-record.ts';
import { type Controls, openControls } from './controls.ts';
import { checkEquivalence, type EquivalenceCheck } from './equivalence.ts';
import { type Random, shuffled } from '../statistics/random.ts';
import { type Block, type Round, schedule, wholeBlocks } from './schedule.ts';
import { preciseEnough } from './precision.ts';
import { type Clocks, takeSample } from './take-sample.ts';

/** How a scenario is to be measured. */
export interface CollectOptions {
  /** `timed`: whole blocks; `quick`: so many rounds and no more; `counts-only`: nothing is timed. */
  readonly mode: 'timed' | 'quick' | 'counts-only';
  /** Rounds that are used; in `timed` they are rounded up to whole blocks. */
  readonly rounds: number;
  readonly warmup: number;
  /** Go on until every interval is narrower than this ratio; null: a fixed number of rounds. */
  readonly precision: number | null;
  /** Begin no further block after so many milliseconds; null: no limit. */
  readonly maxTimeMs: number | null;
  /** Whether the reference cell is run against itself. */
  readonly nullControl: boolean;
  /** Draws the order of cells and the rounds whose overrides are checked. */
  readonly random: Random;
  readonly timer: Timer;
  readonly clocks: Clocks;
  readonly signal: AbortSignal;
  /** Called before each sample; must return at once. */
  readonly onProgress: (progress: Progress) => void;
  /** Called between blocks, and before the first and after the last: never inside a sample. */
  readonly atBoundary: () => Promise<void>;
  /** Called just before each sample, when all is prepared: drops the file cache for cold samples. */
  readonly beforeSample: () => Promise<void>;
}

/** What is being done, for a status line. */
export interface Progress {
  readonly phase: 'counting' | 'warm-up' | 'round' | 'tracing';
  /** From 1. */
  readonly round: number;
  readonly rounds: number;
  readonly strategy: string;
  readonly emulation: string;
  /** Milliseconds until the last planned round is done, going by the rounds so far; null: not known yet. */
  readonly leftMs: number | null;
}

/** Everything that the rounds of one scenario brought. */
export interface Collected {
  readonly cells: readonly CellRecord[];
  readonly controls: Controls;
  readonly equivalence: EquivalenceCheck;
  /** Rounds that were kept, warm-up not included. */
  readonly rounds: number;
  /** False when the run was interrupted. */
  readonly complete: boolean;
  /** Samples of the block that was not finished. */
  readonly droppedSamples: number;
}

/** Passes that count launches when nothing is timed: one that counts, one that confirms it. */
const COUNTING_PASSES = 2;

/**
 * Measures one scenario: warm-up rounds that count launches and check the overrides, then interleaved rounds in
 * whole blocks. An interrupt drops the block that it falls into; whole blocks are kept. A cell whose capture
 * fails is void and run no more. Our measurement specification, section 3.
 */
export async function collect(bench: Bench, options: CollectOptions): Promise<Collected> {
  return new Collection(bench, options).collect();
}

class Collection {
  readonly #bench: Bench;
  readonly #options: CollectOptions;
  readonly #cells: readonly CellRecord[];
  readonly #controls: Controls;
  readonly #runStartNs: bigint;
  /** Cell and round in which the overrides are looked at again. */
  readonly #checkedRounds: readonly number[];
  #rounds = 0;

  constructor(bench: Bench, options: CollectOptions) {
    this.#bench = bench;
    this.#options = options;
    this.#cells = bench.cells.map((plan) => new CellRecord(plan));
    this.#controls = openControls(bench, options);
    this.#runStartNs = options.clocks.nowNs();
    this.#checkedRounds = this.#cells.map(() => Math.floor(options.random() * options.rounds));
  }

  async collect(): Promise<Collected> {
    let keptRounds = 0;
    let complete = true;
    try {
      await this.#warmUp();
      const equivalent = checkEquivalence(this.#cells).equivalent;
      if (this.#options.mode !== 'counts-only' && equivalent) {
        await this.#options.atBoundary();
        for (const block of this.#blocks()) {
          for (const round of block) await this.#timeRound(round);
          await this.#options.atBoundary();
          keptRounds = this.#rounds;
        }
      }
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
      complete = false;
    }
    return {
      cells: this.#cells,
      controls: this.#controls,
      equivalence: checkEquivalence(this.#cells),
      rounds: keptRounds,
      complete,
      droppedSamples: complete ? 0 : this.#dropAfter(keptRounds),
    };
  }

  /** Rounds that are not used for time: they count launches, check the overrides, and warm the caches. */
  async #warmUp(): Promise<void> {
    const { mode, warmup, random } = this.#options;
    const passes = mode === 'counts-only' ? COUNTING_PASSES : warmup;
    for (let pass = 0; pass < passes; pass += 1) {
      if (mode !== 'counts-only') await this.#takeControls(pass, true);
      for (const [position, cell] of shuffled(this.#cells, random).entries()) {
        this.#tell(mode === 'counts-only' ? 'counting' : 'warm-up', pass, passes, cell);
        await this.#runCell(cell, { round: pass, position, warmup: true, examine: true });
      }
    }
  }

  async #timeRound(order: Round): Promise<void> {
    await this.#takeControls(this.#rounds, false);
    for (const [position, index] of order.entries()) {
      const cell = this.#cells[index];
      if (cell === undefined) continue;
      this.#tell('round', this.#rounds, this.#plannedRounds(), cell);
      const examine = this.#checkedRounds[index] === this.#rounds;
      await this.#runCell(cell, { round: this.#rounds, position, warmup: false, examine });
    }
    this.#rounds += 1;
  }

  async #takeControls(round: number, warmup: boolean): Promise<void> {
    await this.#controls.takeRound({ round, warmup, runStartNs: this.#runStartNs }, this.#cells[0]);
  }

  /** Blocks until there are enough rounds: the planned ones, or as many as the precision wants. */
  *#blocks(): Generator<Block> {
    const { mode, rounds, precision, maxTimeMs, clocks, random } = this.#options;
    const startNs = clocks.nowNs();
    for (const block of schedule(this.#cells.length, random)) {
      if (mode === 'quick') yield block.slice(0, rounds - this.#rounds);
      else yield block;
      const elapsedMs = Number(clocks.nowNs() - startNs) / 1e6;
      const outOfTime = maxTimeMs !== null && elapsedMs >= maxTimeMs;
      const enough = this.#rounds >= rounds && (precision === null || preciseEnough(this.#cells, precision));
      if (outOfTime || enough) return;
    }
  }

  async #runCell(
    cell: CellRecord,
    { examine, ...place }: { round: number; position: number; warmup: boolean; examine: boolean },
  ): Promise<void> {
    if (cell.void !== null) return;
    const { clocks, mode, signal, beforeSample } = this.#options;
    signal.throwIfAborted();
    const prepared = await this.#bench.prepare(cell.plan);
    const launchesBefore = this.#bench.ledger.entries.length;
    try {
      await beforeSample();
      const sample = await takeSample(() => prepared.run(), {
        ledger: this.#bench.ledger,
        clocks,
        place: { ...place, runStartNs: this.#runStartNs },
      });
      if (mode !== 'counts-only') cell.samples.add(sample);
      cell.count(this.#bench.ledger.entries.slice(launchesBefore));
      if (examine) cell.examine(await prepared.examine());
    } catch (error) {
      signal.throwIfAborted();
      // A failed launch is no sample: it voids the cell, and the message is shown with it.
      if (!(error instanceof LaunchError || error instanceof SysrootError)) throw error;
      cell.fail(error.message);
    } finally {
      await prepared.discard();
    }
  }

  /** So many rounds it will be at least: with a precision to be reached, it may be more. */
  #plannedRounds(): number {
    const { mode, rounds } = this.#options;
    const cells = this.#cells.length;
    return mode === 'quick' ? rounds : wholeBlocks(Math.max(rounds, this.#rounds + 1), cells);
  }

  #tell(phase: Progress['phase'], round: number, rounds: number, { plan }: CellRecord): void {
    const elapsedMs = Number(this.#options.clocks.nowNs() - this.#runStartNs) / 1e6;
    const doneRounds = phase === 'round' ? round + this.#options.warmup : round;
    const left = phase === 'warm-up' ? rounds - round + this.#plannedRounds() : rounds - round;
    this.#options.onProgress({
      phase,
      round: round + 1,
      rounds,
      strategy: plan.strategy,
      emulation: plan.emulation.name,
      leftMs: doneRounds === 0 ? null : Math.max(0, (elapsedMs / doneRounds) * left),
    });
  }

  /** Forgets the samples of rounds that belong to no whole block. */
  #dropAfter(rounds: number): number {
    const dropped = this.#cells.map(({ samples }) => samples.dropRoundsFrom(rounds));
    this.#controls.dropRoundsFrom(rounds);
    return dropped.reduce((sum, count) => sum + count, 0);
  }
}
