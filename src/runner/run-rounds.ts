import { InterruptedError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import type { ScenarioResult } from '../results/results.ts';
import type { Bench } from './bench.ts';
import { CellRecord } from './cell-record.ts';
import type { MeasuredCellPlan } from './plan-cells.ts';
import { SampleRecorder } from './sample-recorder.ts';
import { type ControlOptions, Controls } from './controls.ts';
import { checkEquivalence } from './equivalence.ts';
import { type Random, shuffled } from '../statistics/random.ts';
import { type Block, type Round, schedule, wholeBlocks } from './schedule.ts';
import { preciseEnough } from './precision.ts';
import { takeSample } from './take-sample.ts';

/** How a scenario is to be measured. */
export interface CollectOptions extends ControlOptions {
  /** `timed`: whole blocks; `quick`: so many rounds and no more; `counts-only`: nothing is timed. */
  readonly mode: 'timed' | 'quick' | 'counts-only';
  /** Rounds that are used; in `timed` they are rounded up to whole blocks. */
  readonly rounds: number;
  readonly warmup: number;
  /** Go on until every interval is narrower than this ratio; null: a fixed number of rounds. */
  readonly precision: number | null;
  /** Begin no further block after so many milliseconds; null: no limit. */
  readonly maxTimeMs: number | null;
  /** Draws the order of cells and the rounds whose overrides are checked. */
  readonly random: Random;
  /** Called before each sample; must return at once. */
  readonly onProgress: (progress: Progress) => void;
  /** Called between blocks, and before the first and after the last: never inside a sample. */
  readonly atBoundary: () => void;
}

/** What is being done, for a status line. */
export interface Progress {
  readonly phase: 'counting' | 'warm-up' | 'round' | 'tracing';
  /** From 1. */
  readonly round: number;
  readonly rounds: number;
  readonly cell: MeasuredCellPlan;
  /** Milliseconds until the last planned round is done, going by the rounds so far; null: not known yet. */
  readonly leftMs: number | null;
}

/** Everything that the rounds of one scenario brought. */
export interface Collected {
  readonly cells: readonly CellRecord[];
  readonly controls: Controls;
  readonly equivalence: ScenarioResult['equivalence'];
  /** Rounds of all cells that were kept, warm-up not included. */
  readonly rounds: number;
  readonly ownRounds: readonly OwnRounds[];
  /** False when the run was interrupted. */
  readonly complete: boolean;
  /** Samples of the block that was not finished. */
  readonly droppedSamples: number;
}

/** The rounds of an emulation that has its own; the samples of its cells are with them, those of native cells here. */
export interface OwnRounds {
  readonly emulation: string;
  readonly rounds: number;
  readonly native: readonly { readonly plan: MeasuredCellPlan; readonly samples: SampleRecorder }[];
}

/** Passes that a count rests on: one that counts, one that confirms it. */
export const COUNTING_PASSES = 2;

/**
 * Measures one scenario: warm-up rounds that count launches and check the overrides, then interleaved rounds in
 * whole blocks. An interrupt drops the block that it falls into; whole blocks are kept. A cell whose capture
 * fails is void and run no more. Our measurement specification, section 3.
 */
export async function runRounds(bench: Bench, options: CollectOptions): Promise<Collected> {
  return new Collection(bench, options).collect();
}

class Collection {
  readonly #bench: Bench;
  readonly #options: CollectOptions;
  readonly #cells: readonly CellRecord[];
  readonly #groups: Groups;
  readonly #controls: Controls;
  readonly #runStartNs: bigint;
  /** The round of its group in which the overrides of a cell are looked at again. */
  readonly #checkedRounds: ReadonlyMap<CellRecord, number>;
  /** What the runs of a cell took so far, all that belongs to them included. */
  readonly #spent = new Map<CellRecord, { ms: number; runs: number }>();
  #rounds = 0;
  /** Rounds of all cells, once the last is done. */
  #mainRounds: number | null = null;
  readonly #ownLeft: Map<OwnGroup, number>;

  constructor(bench: Bench, options: CollectOptions) {
    this.#bench = bench;
    this.#options = options;
    this.#cells = bench.cells.map((plan) => new CellRecord(plan));
    this.#groups = groupByRounds(this.#cells, options);
    this.#ownLeft = new Map(this.#groups.own.map((group) => [group, group.rounds]));
    this.#controls = new Controls(bench, options);
    this.#runStartNs = options.clocks.nowNs();
    this.#checkedRounds = new Map(
      this.#cells.map((cell) => {
        const own = this.#groups.own.find(({ emulation }) => emulation === cell.plan.emulation.name);
        return [cell, Math.floor(options.random() * (own ?? options).rounds)];
      }),
    );
  }

  async collect(): Promise<Collected> {
    const ownRounds: OwnRounds[] = [];
    let droppedSamples = 0;
    let keptRounds = 0;
    let complete = true;
    try {
      if (this.#bench.count !== null) await this.#bench.count(this.#cells);
      await this.#warmUp();
      const equivalent = checkEquivalence(this.#cells, this.#bench.sameWork).equivalent;
      if (this.#options.mode !== 'counts-only' && equivalent) {
        this.#options.atBoundary();
        for (const block of this.#blocks()) {
          for (const round of block) await this.#timeMainRound(round);
          this.#options.atBoundary();
          keptRounds = this.#rounds;
        }
        this.#mainRounds = keptRounds;
        for (const group of this.#groups.own) {
          await this.#timeOwnRounds(group);
          this.#options.atBoundary();
          ownRounds.push(group);
        }
      }
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
      complete = false;
      droppedSamples = this.#dropAfter(keptRounds, ownRounds.length);
    }
    return {
      cells: this.#cells,
      controls: this.#controls,
      equivalence: checkEquivalence(this.#cells, this.#bench.sameWork),
      rounds: keptRounds,
      ownRounds,
      complete,
      droppedSamples,
    };
  }

  /** Rounds that are not used for time: they count launches, check the overrides, and warm the caches. */
  async #warmUp(): Promise<void> {
    const { mode, warmup, random } = this.#options;
    const passes = mode === 'counts-only' ? (this.#bench.count === null ? COUNTING_PASSES : 0) : warmup;
    for (let pass = 0; pass < passes; pass += 1) {
      if (mode !== 'counts-only') await this.#takeControls(pass, true);
      for (const [position, cell] of shuffled(this.#cells, random).entries()) {
        this.#tell(mode === 'counts-only' ? 'counting' : 'warm-up', pass, passes, cell);
        await this.#runCell(cell, { round: pass, position, warmup: true, examine: true });
      }
    }
  }

  async #timeMainRound(order: Round): Promise<void> {
    const { main } = this.#groups;
    await this.#takeControls(this.#rounds, false);
    await this.#timeRound(main.map(ownSamples), order, this.#rounds, this.#plannedRounds());
    this.#rounds += 1;
  }

  /** Rounds of a few cells that take long: no controls, and not in whole blocks. */
  async #timeOwnRounds(group: OwnGroup): Promise<void> {
    const { taking, rounds } = group;
    let round = 0;
    for (const block of schedule(taking.length, this.#options.random)) {
      for (const order of block) {
        this.#ownLeft.set(group, rounds - round);
        if (round >= rounds) return;
        await this.#timeRound(taking, order, round, rounds);
        round += 1;
      }
    }
  }

  async #timeRound(
    taking: readonly CellSamples[],
    order: Round,
    round: number,
    rounds: number,
  ): Promise<void> {
    for (const [position, index] of order.entries()) {
      const one = taking[index];
      if (one === undefined) continue;
      const { cell, samples } = one;
      this.#tell('round', round, rounds, cell);
      const examine = samples === cell.samples && this.#checkedRounds.get(cell) === round;
      await this.#runCell(cell, { round, position, warmup: false, examine }, samples);
    }
  }

  async #takeControls(round: number, warmup: boolean): Promise<void> {
    await this.#controls.takeRound({ round, warmup, runStartNs: this.#runStartNs }, this.#cells[0]);
  }

  /** Blocks until there are enough rounds: the planned ones, or as many as the precision wants. */
  *#blocks(): Generator<Block> {
    const { mode, rounds, precision, maxTimeMs, clocks, random } = this.#options;
    const { main } = this.#groups;
    const startNs = clocks.nowNs();
    for (const block of schedule(main.length, random)) {
      if (mode === 'quick') yield block.slice(0, rounds - this.#rounds);
      else yield block;
      const elapsedMs = Number(clocks.nowNs() - startNs) / 1e6;
      const outOfTime = maxTimeMs !== null && elapsedMs >= maxTimeMs;
      const enough = this.#rounds >= rounds && (precision === null || preciseEnough(main, precision));
      if (outOfTime || enough) return;
    }
  }

  async #runCell(
    cell: CellRecord,
    { examine, ...place }: { round: number; position: number; warmup: boolean; examine: boolean },
    samples: SampleRecorder = cell.samples,
  ): Promise<void> {
    if (cell.void !== null) return;
    const { clocks, mode, signal, beforeSample } = this.#options;
    signal.throwIfAborted();
    const startNs = clocks.nowNs();
    const prepared = await this.#bench.prepare(cell.plan);
    const launchesBefore = this.#bench.ledger.entries.length;
    try {
      beforeSample();
      const given = { ledger: this.#bench.ledger, clocks, place: { ...place, runStartNs: this.#runStartNs } };
      if (mode === 'counts-only') await prepared.run();
      else samples.add(await takeSample(() => prepared.run(), given));
      if (this.#bench.count === null) cell.count(this.#bench.ledger.entries.slice(launchesBefore));
      if (examine) cell.examine(await prepared.examine());
    } catch (error) {
      cell.fail(error, signal);
    } finally {
      await prepared.discard();
    }
    const { ms, runs } = this.#spent.get(cell) ?? { ms: 0, runs: 0 };
    this.#spent.set(cell, { ms: ms + Number(clocks.nowNs() - startNs) / 1e6, runs: runs + 1 });
  }

  /** So many rounds of all cells it will be at least: with a precision to be reached, it may be more. */
  #plannedRounds(): number {
    const { mode, rounds } = this.#options;
    const cells = this.#groups.main.length;
    if (this.#mainRounds !== null) return this.#mainRounds;
    return mode === 'quick' ? rounds : wholeBlocks(Math.max(rounds, this.#rounds + 1), cells);
  }

  #tell(phase: Progress['phase'], round: number, rounds: number, { plan }: CellRecord): void {
    this.#options.onProgress({
      phase,
      round: round + 1,
      rounds,
      cell: plan,
      leftMs: phase === 'round' ? this.#leftMs() : null,
    });
  }

  /** What is left to do, cell by cell, going by what the runs of each have taken. */
  #leftMs(): number {
    const { main } = this.#groups;
    const msOf = (taking: readonly CellSamples[]): number =>
      taking.reduce((sum, { cell }) => {
        const { ms, runs } = this.#spent.get(cell) ?? { ms: 0, runs: 1 };
        return cell.void === null ? sum + ms / runs : sum;
      }, 0);
    const mainMs = Math.max(0, this.#plannedRounds() - this.#rounds) * msOf(main.map(ownSamples));
    return [...this.#ownLeft].reduce((sum, [{ taking }, rounds]) => sum + rounds * msOf(taking), mainMs);
  }

  /** Forgets the samples of the block, or of the rounds of their own, that were not finished. */
  #dropAfter(rounds: number, groups: number): number {
    const own = this.#groups.own.slice(groups).flatMap(({ taking }) => taking);
    const unfinished = new Set(own.map(({ samples }) => samples));
    const dropped = this.#cells.map(({ samples }) =>
      samples.dropRoundsFrom(unfinished.has(samples) ? 0 : rounds),
    );
    this.#controls.dropRoundsFrom(rounds);
    return dropped.reduce((sum, count) => sum + count, 0);
  }
}

/** Which cells share rounds. */
interface Groups {
  readonly main: readonly CellRecord[];
  readonly own: readonly OwnGroup[];
}

/** An emulation with rounds of its own, and what is taken in them: native cells, and those that are compared with them. */
interface OwnGroup extends OwnRounds {
  readonly taking: readonly CellSamples[];
}

/** A cell, and where the samples of it go that are taken now. */
interface CellSamples {
  readonly cell: CellRecord;
  readonly samples: SampleRecorder;
}

function ownSamples(cell: CellRecord): CellSamples {
  return { cell, samples: cell.samples };
}

/** Our measurement specification, 4.5a. Where an emulation is all there is, its rounds are those of the run. */
function groupByRounds(cells: readonly CellRecord[], { mode, rounds: mainRounds }: CollectOptions): Groups {
  const roundsOf = ({ plan: { emulation } }: CellRecord): number | undefined =>
    emulation.kind === 'wrapper' ? emulation.rounds : undefined;
  const main = cells.filter((cell) => roundsOf(cell) === undefined);
  if (main.length === 0) return { main: cells, own: [] };
  const native = main.filter(({ plan }) => plan.emulation.kind === 'native');
  const slow = cells.filter((cell) => roundsOf(cell) !== undefined);
  const own = [...groupBy(slow, ({ plan }) => plan.emulation.name)].map(([emulation, ofEmulation]) => {
    const rounds = Math.max(...ofEmulation.map((cell) => roundsOf(cell) ?? 0));
    const beside = native.map((cell) => ({ cell, plan: cell.plan, samples: new SampleRecorder() }));
    return {
      emulation,
      native: beside,
      taking: [...beside, ...ofEmulation.map(ownSamples)],
      rounds: mode === 'quick' ? Math.min(rounds, mainRounds) : rounds,
    };
  });
  return { main, own };
}
