import type { Sample } from '../results/sample.ts';

/** Samples taken one by one. */
export interface SampleRecorder {
  /** Adds the newest sample. */
  add(sample: Sample): void;
  /** Forgets the samples of used rounds from this one on (an unfinished block is dropped whole); says how many. */
  dropRoundsFrom(round: number): number;
  readonly count: number;
  /** In the order in which they were taken. */
  rows(): readonly Sample[];
}

/** Starts an empty recorder. */
export function recordSamples(): SampleRecorder {
  const samples: Sample[] = [];
  return {
    add: (sample) => {
      samples.push(sample);
    },
    dropRoundsFrom: (round) => {
      const before = samples.length;
      const kept = samples.filter((sample) => sample.warmup || sample.round < round);
      samples.splice(0, before, ...kept);
      return before - kept.length;
    },
    get count() {
      return samples.length;
    },
    rows: () => [...samples],
  };
}
