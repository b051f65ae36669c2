import type { Sample } from '../results/sample.ts';

/** Samples taken one by one. */
export class SampleRecorder {
  #samples: Sample[] = [];

  /** Adds the newest sample. */
  add(sample: Sample): void {
    this.#samples.push(sample);
  }

  /** Forgets the samples of used rounds from this one on (an unfinished block is dropped whole); says how many. */
  dropRoundsFrom(round: number): number {
    const before = this.#samples.length;
    this.#samples = this.#samples.filter((sample) => sample.warmup || sample.round < round);
    return before - this.#samples.length;
  }

  /** In the order in which they were taken: the list itself, to which `add` adds, until rounds are dropped. */
  rows(): readonly Sample[] {
    return this.#samples;
  }
}
