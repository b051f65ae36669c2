import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { mergeResults } from '../../src/results/merge.ts';
import { formatResults } from '../../src/results/format-results.ts';
import { fingerprintFor } from '../../src/results/cells.ts';
import type { NamedResults, Results } from '../../src/results/results.ts';
import { takeShard } from '../../src/results/shard.ts';
import { aFingerprint, aRun, aScenarioResult, someResults } from '../builders/some-results.ts';

describe('mergeResults', () => {
  it('gives what the unsharded run would have written, byte by byte, in whatever order the files come', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        (scenarios, count, turned) => {
          const whole = runOf(scenarios);
          const files = shardsOf(whole, count);
          const merged = mergeResults(turned ? files.toReversed() : files);
          expect(formatResults(merged)).toBe(formatResults(whole));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('lets a single whole run through as it is', () => {
    const results = runOf(2);
    expect(mergeResults([{ file: 'a.json', results }])).toBe(results);
  });

  it('refuses a single file that lacks shards, unless told to go on without them', () => {
    const input = { file: 'a.json', results: { ...runOf(2), missingShards: [2] } };
    expect(() => mergeResults([input])).toThrow(/a\.json: not the whole run: number 2 is missing/);
    expect(mergeResults([input], { partial: true })).toBe(input.results);
  });

  it('is interrupted when one shard was, began when the first did, and adds up what was dropped', () => {
    const [a, b] = shardsOf(runOf(2), 2);
    const merged = mergeResults([
      change(a, { run: { ...aRun(), droppedSamples: 2, startedAt: '2026-11-22T12:05:00.000Z' } }),
      change(b, { run: { ...aRun(), droppedSamples: 3, complete: false } }),
    ]);
    expect(merged.run).toMatchObject({ droppedSamples: 5, complete: false, startedAt: aRun().startedAt });
  });

  it('remembers which scenarios were measured on another machine', () => {
    const elsewhere = aFingerprint({ kernel: '6.6.3-arm64', machine: 'aarch64' });
    const [a, b] = shardsOf(runOf(2), 2);
    const merged = mergeResults([a, change(b, { fingerprint: elsewhere })]);
    expect(fingerprintFor(merged, 'scenario-0')).toEqual(aFingerprint());
    expect(fingerprintFor(merged, 'scenario-1')).toEqual(elsewhere);
  });

  it('puts together what each shard needed for scenarios of its own, as the whole run would have', () => {
    const i386 = { ...ownTool(), arch: 'i386-linux-gnu' };
    const qemu = { emulation: 'qemu', command: 'qemu-x86_64', version: '7.2', configuration: null };
    const tracer = { kind: 'strace', version: '6.1' } as const;
    const [a, b] = shardsOf(runOf(2), 2);
    const merged = mergeResults([
      change(a, {
        fingerprint: aFingerprint({ fileSystems: { temporary: 'tmpfs', provider: 'tmpfs' } }),
      }),
      change(b, {
        fingerprint: aFingerprint({
          tools: [ownTool(), i386],
          emulators: [qemu],
          tracer,
          fileSystems: { temporary: 'tmpfs', provider: 'ext4, overlayfs' },
        }),
      }),
    ]);
    expect(merged.fingerprintOf).toBeUndefined();
    expect(merged.fingerprint).toMatchObject({
      tools: [i386, ownTool()],
      emulators: [qemu],
      tracer,
      fileSystems: { temporary: 'tmpfs', provider: 'ext4, overlayfs, tmpfs' },
    });
  });

  it('takes a shard that had no scenario left to run', () => {
    const [a, b] = shardsOf(runOf(1), 2);
    const merged = mergeResults([
      a,
      change(b, { fingerprint: aFingerprint({ tools: [], emulators: [] }), scenarios: [] }),
    ]);
    expect(merged.fingerprint).toEqual(aFingerprint());
  });

  const [one, two, three] = shardsOf(runOf(3), 3);

  it.each<{ what: string; files: readonly NamedResults[]; message: RegExp }>([
    { what: 'no file at all', files: [], message: /no results file was given/ },
    {
      what: 'a missing shard',
      files: [one, three],
      message: /of the 3 shards of run .*, number 2 is missing/,
    },
    { what: 'a shard alone', files: [two], message: /numbers 1, 3 are missing/ },
    {
      what: 'a shard twice',
      files: [one, two, three, { ...two, file: 'copy.json' }],
      message: /copy\.json: shard 2 of 3 was given already, as shard-2\.json/,
    },
    {
      what: 'shards of different runs',
      files: [one, two, change(three, { run: aRun({ id: 'another' }) })],
      message: /shard-3\.json: not of one run with shard-1\.json: different run/,
    },
    {
      what: 'different numbers of shards',
      files: [one, change(two, { shard: { index: 2, count: 4, run: aRun().id } })],
      message: /different number of shards, 4 and 3/,
    },
    {
      what: 'different capture tools',
      files: [one, two, change(three, { fingerprint: withTool({ sha256: 'f'.repeat(64) }) })],
      message: /shard-3\.json: not of one run with .*: different capture tool for x86_64-linux-gnu/,
    },
    {
      what: 'different versions of ours',
      files: [
        one,
        two,
        change(three, { fingerprint: aFingerprint({ launchbench: { version: '0.2.0', commit: null } }) }),
      ],
      message: /different version of launchbench/,
    },
    {
      what: 'different seeds',
      files: [one, two, change(three, { run: aRun({ seed: 8 }) })],
      message: /different seed, 8 and 7/,
    },
    {
      what: 'a counts-only shard among timed ones',
      files: [one, two, change(three, { run: aRun({ mode: 'counts-only' }) })],
      message: /different mode/,
    },
    {
      what: 'one scenario in two shards',
      files: [one, two, change(three, { scenarios: one.results.scenarios })],
      message: /shard-3\.json: the scenario scenario-0 is in shard-1\.json already/,
    },
    {
      what: 'two scenarios under one name',
      files: [
        one,
        two,
        change(three, { scenarios: [aScenarioResult({ name: 'scenario-0', digest: 'e'.repeat(64) })] }),
      ],
      message: /the scenario scenario-0 is not the one in shard-1\.json: different digests/,
    },
    {
      what: 'a whole run given twice',
      files: [
        { file: 'a.json', results: runOf(1) },
        { file: 'b.json', results: runOf(1) },
      ],
      message: /a\.json: a whole run, not a shard of one/,
    },
    {
      what: 'a shard beyond their number',
      files: [change(one, { shard: { index: 9, count: 3, run: aRun().id } })],
      message: /shard 9 of 3/,
    },
    {
      what: 'a number of shards beyond all reason',
      files: [change(one, { shard: { index: 1, count: 2 ** 40, run: aRun().id } })],
      message: /numbers 2, 3, .*… are missing/,
    },
  ])('refuses $what', ({ files, message }) => {
    expect(() => mergeResults(files)).toThrow(FormatError);
    expect(() => mergeResults(files)).toThrow(message);
  });

  it('goes on without missing shards when told to, and keeps that they are missing', () => {
    const merged = mergeResults([one, three], { partial: true });
    expect(merged.missingShards).toEqual([2]);
    expect(merged.scenarios.map(({ name }) => name)).toEqual(['scenario-0', 'scenario-2']);
  });

  it('refuses everything else even then', () => {
    expect(() => mergeResults([one, { ...one, file: 'copy.json' }], { partial: true })).toThrow(FormatError);
  });
});

function ownTool() {
  const [tool] = aFingerprint().tools;
  if (tool === undefined) throw new Error('the builder makes a fingerprint with a tool');
  return tool;
}

function withTool(changes: Partial<ReturnType<typeof ownTool>>) {
  return aFingerprint({ tools: [{ ...ownTool(), ...changes }] });
}

function runOf(scenarios: number): Results {
  return someResults({
    scenarios: Array.from({ length: scenarios }, (_, index) =>
      aScenarioResult({ name: `scenario-${index}` }),
    ),
  });
}

function shardsOf(whole: Results, count: 2): readonly [NamedResults, NamedResults];
function shardsOf(whole: Results, count: 3): readonly [NamedResults, NamedResults, NamedResults];
function shardsOf(whole: Results, count: number): readonly NamedResults[];
function shardsOf(whole: Results, count: number): readonly NamedResults[] {
  return Array.from({ length: count }, (_, index) => ({
    file: `shard-${index + 1}.json`,
    results: {
      ...whole,
      run: { ...whole.run, argv: [...whole.run.argv, '--shard', `${index + 1}/${count}`] },
      shard: { index: index + 1, count, run: whole.run.id },
      scenarios: takeShard(whole.scenarios, { index: index + 1, count }),
    },
  }));
}

function change({ file, results }: NamedResults, overrides: Partial<Results>): NamedResults {
  return { file, results: { ...results, ...overrides } };
}
