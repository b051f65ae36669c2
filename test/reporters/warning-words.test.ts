import { describe, expect, it } from 'vitest';
import type { Warning } from '../../src/analysis/warnings.ts';
import { warningWords } from '../../src/reporters/warning-words.ts';

const cell = { row: 'batched', tool: null, emulation: 'native' } as const;

describe('warningWords', () => {
  it.each<{ warning: Warning; words: string }>([
    {
      warning: { kind: 'interrupted', rounds: 8, droppedSamples: 2 },
      words: 'The run was interrupted: 8 rounds of whole blocks kept, 2 samples dropped.',
    },
    {
      warning: {
        kind: 'overrides-differ',
        left: [
          { row: 'per-driver', tool: null, emulation: 'native', links: 51 },
          { ...cell, links: 3 },
        ],
        differences: ['only per-driver (native): dri/x_dri.so'],
      },
      words:
        'The overrides are not equivalent, so nothing is compared: batched (native) left 3 of 51 links. ' +
        'Overrides differ: only per-driver (native): dri/x_dri.so.',
    },
    {
      warning: { kind: 'overrides-differ', left: [{ ...cell, links: 3 }], differences: [] },
      words:
        'The overrides are not equivalent, so nothing is compared: each left 3 links, but not the same ones.',
    },
    { warning: { kind: 'void', cell, reason: 'it failed' }, words: 'batched (native) is void: it failed.' },
    {
      warning: {
        kind: 'noise',
        id: 'cpu-pressure',
        found: [
          { value: '25 %', when: 'before' },
          { value: '31 %', when: 'during' },
        ],
        threshold: 'at most 20 %',
        remedy: 'Wait.',
        disqualifies: ['wall'],
      },
      words:
        'cpu-pressure: found 25 % before, 31 % during, expected at most 20 %. Wait. It takes the verdict from wall time.',
    },
    {
      warning: {
        kind: 'outliers',
        cell,
        metric: 'wall',
        outliers: [{ round: 3, ms: 3100, involuntarySwitches: 3, stealTicks: 0 }],
      },
      words:
        'batched (native): 1 sample far from the median wall time, kept: round 4 (3.10 s, 3 involuntary switches, 0 ticks stolen).',
    },
    {
      warning: { kind: 'null-control-failed', control: null },
      words:
        'The null control failed in another scenario of this run, so its times decide nothing here either.',
    },
  ])('$warning.kind', ({ warning, words }) => {
    expect(warningWords(warning)).toBe(words);
  });
});
