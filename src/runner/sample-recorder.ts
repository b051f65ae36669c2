import type { Sample, SampleColumns } from '../results/sample.ts';

/** Samples taken one by one, kept as rows and handed out as the columns of a results file. */
export interface SampleRecorder {
  /** Adds the newest sample. */
  add(sample: Sample): void;
  /** Forgets the samples of used rounds from this one on (an unfinished block is dropped whole); says how many. */
  dropRoundsFrom(round: number): number;
  readonly count: number;
  columns(): SampleColumns;
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
    columns: () => toColumns(samples),
  };
}

/** Turns rows into columns of one length, in the same order. */
export function toColumns(samples: readonly Sample[]): SampleColumns {
  return {
    round: samples.map(({ round }) => round),
    position: samples.map(({ position }) => position),
    warmup: samples.map(({ warmup }) => warmup),
    startNs: samples.map(({ startNs }) => startNs),
    wallNs: samples.map(({ wallNs }) => wallNs),
    childUserUs: samples.map(({ childUserUs }) => childUserUs),
    childSystemUs: samples.map(({ childSystemUs }) => childSystemUs),
    ownUserUs: samples.map(({ ownUserUs }) => ownUserUs),
    ownSystemUs: samples.map(({ ownSystemUs }) => ownSystemUs),
    maxRssKib: samples.map(({ maxRssKib }) => maxRssKib),
    minorFaults: samples.map(({ minorFaults }) => minorFaults),
    majorFaults: samples.map(({ majorFaults }) => majorFaults),
    voluntarySwitches: samples.map(({ voluntarySwitches }) => voluntarySwitches),
    involuntarySwitches: samples.map(({ involuntarySwitches }) => involuntarySwitches),
    exitStatus: samples.map(({ exitStatus }) => exitStatus),
    stealTicks: samples.map(({ stealTicks }) => stealTicks),
  };
}
