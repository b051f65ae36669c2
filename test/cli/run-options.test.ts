import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { adjustScenario, type Adjustments } from '../../src/cli/run-options.ts';
import { parseShard } from '../../src/cli/shard-option.ts';
import { NATIVE } from '../../src/launch/emulations/emulations.ts';
import { emulationOf } from '../../src/scenario/model-file.ts';
import { toEmulation } from '../../src/scenario/to-emulation.ts';
import { aScenario, asStack } from '../builders/scenario.ts';
import { aModelFile } from '../builders/some-models.ts';

const nothing: Adjustments = {
  rounds: undefined,
  warmup: undefined,
  precision: undefined,
  maxTime: undefined,
  seed: undefined,
  timeout: undefined,
  quick: false,
  countsOnly: false,
  strategy: [],
  command: [],
  emulation: [],
  wrapper: [],
};

describe('what the command line says of a scenario', () => {
  it('is nothing, and the scenario stays as it is', () => {
    expect(adjustScenario(aScenario(), nothing)).toEqual(aScenario());
  });

  it('goes before what the scenario says, in the scenario’s units', () => {
    const { sampling } = adjustScenario(aScenario(), { ...nothing, rounds: 4, maxTime: 1.5, timeout: 2 });
    expect(sampling).toMatchObject({ rounds: 4, maxTimeMs: 1500, timeoutMs: 2000, warmup: 1 });
  });

  it('chooses strategies in the order given, each once', () => {
    const adjusted = adjustScenario(aScenario(), {
      ...nothing,
      strategy: ['in-process', 'batched', 'in-process'],
    });
    expect(asStack(adjusted).strategies).toEqual(['in-process', 'batched']);
  });

  it('may add native and presets to the emulations', () => {
    const { emulations } = adjustScenario(aScenario(), { ...nothing, emulation: ['native', 'qemu-user'] });
    expect(emulations.map(({ name, kind }) => [name, kind])).toEqual([
      ['native', 'native'],
      ['qemu-user', 'model'],
    ]);
  });

  it.each([
    { given: 'nothing', says: {}, names: ['native', 'qemu'] },
    { given: '--counts-only', says: { countsOnly: true }, names: ['native'] },
    {
      given: '--counts-only with its name',
      says: { countsOnly: true, emulation: ['native', 'qemu'] },
      names: ['native', 'qemu'],
    },
  ])('keeps an optional emulation to be timed, or where it is named: $given', ({ says, names }) => {
    const qemu = toEmulation({ wrapper: 'qemu', command: ['qemu-x86_64'], optional: true });
    const scenario = { ...aScenario(), emulations: [NATIVE, qemu] };
    expect(adjustScenario(scenario, { ...nothing, ...says }).emulations.map(({ name }) => name)).toEqual(
      names,
    );
  });

  it('adds wrappers that no file names to the emulations', () => {
    const given = { ...nothing, wrapper: ['qemu=qemu-x86_64', 'vg=valgrind --tool=none -q'] };
    expect(adjustScenario(aScenario(), given).emulations.slice(-2)).toMatchObject([
      { kind: 'wrapper', name: 'qemu', command: { 'x86_64-linux-gnu': ['qemu-x86_64'] } },
      { kind: 'wrapper', name: 'vg', command: { 'i386-linux-gnu': ['valgrind', '--tool=none', '-q'] } },
    ]);
  });

  it.each(['qemu', 'qemu=', '=qemu-x86_64', 'a b=c', 'native=qemu-x86_64'])(
    'refuses the wrapper "%s"',
    (word) => {
      expect(() => adjustScenario(aScenario(), { ...nothing, wrapper: [word] })).toThrow(/^--wrapper: /u);
    },
  );

  it.each([
    { twins: 'wrappers', says: { wrapper: ['vg=valgrind', 'vg=valgrind -q'] } },
    { twins: 'model files', says: { emulation: ['native', 'model=a.json', 'model=b.json'] } },
    { twins: 'a model file and a wrapper', says: { emulation: ['model=a.json'], wrapper: ['vg=valgrind'] } },
  ])('refuses $twins of one name: the results could not be read again', ({ says }) => {
    const model = emulationOf({ ...aModelFile(), name: 'vg' });
    const models = new Map(['model=a.json', 'model=b.json'].map((word) => [word, model]));
    expect(() => adjustScenario(aScenario(), { ...nothing, ...says }, models)).toThrow(
      'two of the emulations are called "vg"',
    );
  });

  it('makes a quick run of three rounds, whatever precision the scenario wants', () => {
    const scenario = aScenario();
    const precise = { ...scenario, sampling: { ...scenario.sampling, precision: 0.02 } };
    expect(adjustScenario(precise, { ...nothing, quick: true }).sampling).toMatchObject({
      rounds: 3,
      precision: null,
    });
  });

  it('limits a precise run to ten minutes unless told otherwise', () => {
    expect(adjustScenario(aScenario(), { ...nothing, precision: 0.02 }).sampling.maxTimeMs).toBe(600_000);
  });
});

describe('a shard', () => {
  it('is the I-th of N parts of a run', () => {
    expect(parseShard('2/3', 'run-7', {})).toEqual({ index: 2, count: 3, run: 'run-7' });
  });

  it('takes the run from the CI service', () => {
    expect(parseShard('1/2', undefined, { CI_PIPELINE_ID: '99' }).run).toBe('99');
  });

  it.each(['', '2', '0/2', '3/2', '1/0', '-1/2', '1/2/3', 'a/b'])('cannot be "%s"', (text) => {
    expect(() => parseShard(text, 'run-7', {})).toThrow(UsageError);
  });

  it('must be of a run that the others can be told to be of, too', () => {
    expect(() => parseShard('1/2', undefined, {})).toThrow('nothing says which run');
  });
});
