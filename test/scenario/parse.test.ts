import { describe, expect, it, vi } from 'vitest';
import { ScenarioError } from '../../src/errors.ts';
import { PRESETS } from '../../src/launch/emulations/presets.ts';
import { DEFAULT_SAMPLING, DEFAULT_STRATEGIES } from '../../src/scenario/defaults.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { CommandsScenario } from '../../src/scenario/scenario.ts';
import { asStack, EXAMPLE_ORIGIN, scenarioFrom } from '../builders/scenario.ts';

/** The message of the error that a whole file ends in. */
function complaintAbout(text: string): string {
  try {
    parseScenario(text, EXAMPLE_ORIGIN);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  throw new Error('expected a complaint, found none');
}

/** The same for the lines that a test is about, after a valid beginning of three lines. */
function complaintOf(text: string): string {
  return complaintAbout(`version: 1\nname: example\nprovider: empty\n${text}`);
}

describe('a scenario that says little', () => {
  it('gets the defaults', () => {
    expect(scenarioFrom('')).toMatchObject({
      name: 'example',
      description: null,
      source: 'example.yaml',
      architectures: ['x86_64-linux-gnu'],
      strategies: DEFAULT_STRATEGIES,
      emulations: [{ kind: 'native', name: 'native' }],
      sampling: DEFAULT_SAMPLING,
      budget: null,
    });
  });

  it('leaves the choice of architectures to trees that are there already', () => {
    const scenario = asStack(
      parseScenario('version: 1\nname: host\nprovider: { directory: / }\n', EXAMPLE_ORIGIN),
    );
    expect(scenario.architectures).toBeNull();
    expect(scenario.container).toMatchObject({
      kind: 'synthetic',
      architectures: ['x86_64-linux-gnu', 'i386-linux-gnu', 'aarch64-linux-gnu'],
    });
  });
});

describe('trees', () => {
  it.each([
    { written: 'directory: trees/a', expected: { kind: 'directory', path: '/scenarios/trees/a' } },
    { written: 'directory: /', expected: { kind: 'directory', path: '/' } },
    { written: 'archive: ../a.tar.gz', expected: { kind: 'archive', path: '/a.tar.gz' } },
    {
      written: 'debian: { suite: bookworm, packages: libc6 libstdc++6:i386 }',
      expected: {
        ...{ kind: 'debian', suite: 'bookworm', files: {} },
        ...{ packages: ['libc6', 'libstdc++6:i386'], architectures: ['x86_64-linux-gnu'] },
      },
    },
  ])('$written starts at the folder of the file', ({ written, expected }) => {
    expect(scenarioFrom(`container: { ${written} }`).container).toEqual(expected);
  });

  it('describe libraries briefly or at length', () => {
    const { provider } = asStack(
      parseScenario(
        `version: 1
name: example
provider:
  synthetic:
    libraries:
      liba.so.1: libb.so.1 libc.so.6
      libb.so.1: [libc.so.6]
      libc.so.6: { file: libc-2.31.so, size: 1.5 KiB }
`,
        EXAMPLE_ORIGIN,
      ),
    );
    expect(provider.kind === 'synthetic' && provider.set.libraries).toMatchObject([
      { soname: 'liba.so.1', file: 'liba.so.1', needs: ['libb.so.1', 'libc.so.6'] },
      { soname: 'libb.so.1', needs: ['libc.so.6'] },
      { soname: 'libc.so.6', file: 'libc-2.31.so', needs: [], sizeBytes: 1536 },
    ]);
  });
});

describe('emulations', () => {
  it('are named by a preset, which is a model', () => {
    const [, fex] = scenarioFrom('emulations: [native, fex-nocache]').emulations;
    expect(fex).toMatchObject({
      kind: 'model',
      name: 'fex-nocache',
      model: { preset: 'fex-nocache', launchMs: PRESETS['fex-nocache'].launchMs, hostFactor: 1 },
    });
  });

  it('wrap every architecture in one command, or each in its own', () => {
    const { emulations } = scenarioFrom(`emulations:
  - { wrapper: anything, command: [valgrind, -q] }
  - { wrapper: by-arch, command: { x86_64-linux-gnu: [qemu-x86_64], i386-linux-gnu: [qemu-i386] } }
`);
    expect(emulations[0]).toMatchObject({ command: { 'i386-linux-gnu': ['valgrind', '-q'] } });
    expect(emulations[1]).toMatchObject({ command: { 'i386-linux-gnu': ['qemu-i386'] } });
  });

  it('may be left out where they are missing, and have rounds of their own', () => {
    const [slow] = scenarioFrom(
      'emulations: [{ wrapper: slow, command: [qemu-x86_64], optional: true, rounds: 3 }]',
    ).emulations;
    expect(slow).toMatchObject({ optional: true, rounds: 3 });
  });

  it('say what runs a program that captures in-process: the emulator, unless told', () => {
    const [plain, aside] = scenarioFrom(
      'emulations: [fex-nocache, { model: fex-beside, preset: fex-nocache, caller: native }]',
    ).emulations;
    expect(plain).toMatchObject({ model: { caller: 'emulated' } });
    expect(aside).toMatchObject({ model: { caller: 'native' } });
  });

  it('say so when a parameter is no longer the preset’s', () => {
    const [slow] = scenarioFrom(`emulations:
  - { model: slow-fex, preset: fex-nocache, cpuFactor: { value: 9, low: 8, high: 10 } }
`).emulations;
    expect(slow).toMatchObject({
      name: 'slow-fex',
      model: { preset: 'fex-nocache', cpuFactor: { value: 9 } },
    });
    expect(slow?.kind === 'model' && slow.model.source).toMatch(
      /^preset fex-nocache with another cpuFactor: /u,
    );
  });

  it('may be models of the user’s own', () => {
    const range = '{ value: 1, low: 1, high: 2 }';
    const [mine] = scenarioFrom(`emulations:
  - model: mine
    launchMs: ${range}
    cpuFactor: ${range}
    source: measured
    confidence: high
    calibratedOn: here, today
`).emulations;
    expect(mine).toMatchObject({
      kind: 'model',
      model: { preset: null, firstLaunchExtraMs: { value: 0, low: 0, high: 0 }, hostFactor: 1 },
    });
  });
});

describe('tools', () => {
  it('are our own, without a name, unless some are named', () => {
    expect(scenarioFrom('strategies: [batched]').tools).toEqual([{ name: null, wanted: [] }]);
  });

  it('have a path, or one for each architecture, from the folder of the file', () => {
    const { tools } = scenarioFrom(
      'tools: { before: old/capture, after: { i386-linux-gnu: /opt/new }, valve: steam }',
    );
    expect(tools).toEqual([
      { name: 'before', wanted: ['/scenarios/old/capture'] },
      { name: 'after', wanted: ['i386-linux-gnu=/opt/new'] },
      { name: 'valve', wanted: ['steam'] },
    ]);
  });

  it('change what is compared, so they change the digest', () => {
    const digest = (tools: string): string => scenarioFrom(tools).digest;
    expect(digest('tools: { a: x, b: y }')).not.toBe(digest('tools: { a: x, b: z }'));
  });
});

describe('sampling', () => {
  it('gives times in seconds', () => {
    const { sampling } = scenarioFrom('sampling: { rounds: 8, maxTime: 1.5, timeout: 10, precision: 0.05 }');
    expect(sampling).toEqual({
      ...DEFAULT_SAMPLING,
      rounds: 8,
      maxTimeMs: 1500,
      timeoutMs: 10_000,
      precision: 0.05,
    });
  });
});

describe('a budget', () => {
  it('keeps the line of every bound', () => {
    const { budget } = scenarioFrom(`budget:
  launches:
    batched: 5
    "*": 50
  executables: { capture-libs*: 5 }
`);
    expect(budget).toEqual({
      launches: { batched: 5, '*': 50 },
      executables: { 'capture-libs*': 5 },
      lines: { 'launches.batched': 6, 'launches.*': 7, 'executables.capture-libs*': 8 },
    });
  });
});

describe('the digest', () => {
  const digestOf = (text: string): string => scenarioFrom(text).digest;

  it('does not see comments, the order of keys, or defaults spelled out', () => {
    expect(digestOf('sampling: { rounds: 20, warmup: 1 } # the usual\nstrategies: [batched]\n')).toBe(
      digestOf('strategies: [batched]\n'),
    );
  });

  it.each(['strategies: [batched]', 'sampling: { rounds: 9 }', 'container: { directory: / }'])(
    'sees %s',
    (change) => {
      expect(digestOf(change)).not.toBe(digestOf(''));
    },
  );

  it('is the same wherever the scenario lies', () => {
    const text = 'version: 1\nname: example\nprovider: { directory: tree }\n';
    const here = parseScenario(text, EXAMPLE_ORIGIN);
    const there = parseScenario(text, { source: 'other.yaml', folder: '/elsewhere' });
    expect(there.digest).toBe(here.digest);
  });
});

describe('a complaint names file, line, column, what was expected and what was found', () => {
  it.each([
    { text: 'roundz: 3', says: 'example.yaml:4:1: roundz: unknown key "roundz"; known are version, name' },
    { text: 'stratgies: []', says: 'stratgies: unknown key "stratgies"; did you mean "strategies"?' },
    {
      text: 'strategies: [batchd]',
      says: 'example.yaml:4:14: strategies[0]: expected one of per-driver, batched, batched-dedup, single-launch, in-process',
    },
    { text: 'strategies: [batchd]', says: 'found "batchd"; did you mean "batched"?' },
    { text: 'strategies: []', says: '4:13: strategies: expected at least one entry, found an empty list' },
    { text: 'strategies: [batched, batched]', says: '4:23: strategies[1]: "batched" is there twice' },
    { text: 'emulations: [{ command: [qemu-x86_64] }]', says: 'found nothing; for example wrapper: qemu' },
    { text: 'edition: "2026"', says: 'found "2026"; did you mean 2026, without quotes?' },
    { text: "sampling: { rounds: '3' }", says: 'found "3"; did you mean 3, without quotes?' },
    { text: 'architectures: x86_64', says: 'for example architectures: [x86_64-linux-gnu]' },
    { text: 'emulations: [nativ]', says: 'found "nativ"; did you mean "native"?' },
    { text: 'emulations: [native, native]', says: '4:22: emulations[1]: two emulations are called "native"' },
    {
      text: 'emulations: [{ wrapper: q }]',
      says: '4:14: emulations[0].command: expected a list, or a mapping, found nothing',
    },
    {
      text: 'emulations: [{ wrapper: fex-nocache, command: [x] }]',
      says: '"fex-nocache" is the name of another emulation',
    },
    {
      text: 'emulations: [{ wrapper: q, command: { i386-linux-gnu: [q] } }]',
      says: 'expected a command for x86_64-linux-gnu too',
    },
    { text: 'emulations: [fex-codecache-cold]', says: 'leaves firstLaunchExtraMs open' },
    { text: 'emulations: [{ model: mine }]', says: 'missing: launchMs, cpuFactor, source' },
    {
      text: 'emulations: [{ model: fex-nocache, launchMs: { value: 5, low: 6, high: 7 } }]',
      says: 'expected a value between low and high, found a mapping of value, low, high',
    },
    { text: 'sampling: { rounds: 0 }', says: '4:21: sampling.rounds: expected a number above 0' },
    { text: 'sampling: { warmup: 11 }', says: 'expected a number up to 10, found the number 11' },
    { text: 'sampling: { timeout: soon }', says: 'expected a number, found "soon"' },
    { text: 'sampling: { rounds: 2.5 }', says: 'sampling.rounds: expected' },
    {
      text: 'budget: { launches: { batchd: 3 } }',
      says: 'budget.launches.batchd: expected one of the strategies of this scenario (per-driver, batched, batched-dedup, in-process) or "*", found "batchd"; did you mean "batched"?',
    },
    { text: 'budget: { launches: { batched: -1 } }', says: 'expected a number from 0, found the number -1' },
    {
      text: 'strategies: [batched]\nbudget: { launches: { per-driver: 3 } }',
      says: '5:23: budget.launches.per-driver: expected one of the strategies of this scenario (batched)',
    },
    { text: 'container: { directory: /, archive: x }', says: 'exactly one of synthetic, directory, archive' },
    {
      text: 'container: { debian: { suite: bookworm, packages: libc6 libdrm2- } }',
      says: '4:51: container.debian.packages: expected names of packages, each for all architectures',
    },
    {
      text: 'container: { debian: { suite: ../etc, packages: libc6 } }',
      says: 'expected the code name of a release, such as bookworm, found "../etc"',
    },
    { text: 'container: { synthetic: { glibc: 2.36 } }', says: "put it in quotes: '2.36'" },
    {
      text: 'container: { synthetic: { drivers: { dri: [{ fil: x }] } } }',
      says: 'unknown key "fil"; did you mean "file"?',
    },
    {
      text: 'container: { synthetic: { drivers: { dri: [a, a] } } }',
      says: '4:25: container.synthetic: The synthetic tree would have two things at',
    },
    {
      text: 'architectures: [i386-linux-gnu]\ncontainer: { synthetic: { drivers: { dri: [{ file: a_dri.so, size: 3072 MiB }] } } }',
      says: '5:25: container.synthetic: Expected less than 2048 MiB for a 32-bit file, found 3221225472 bytes',
    },
    { text: 'architectures: [x86_64]', says: 'found "x86_64"; did you mean "x86_64-linux-gnu"?' },
  ])('$text', ({ text, says }) => {
    expect(complaintOf(text)).toContain(says);
  });

  it('for every problem at once, in the order of the file', () => {
    const complaint = complaintOf('sampling: { rounds: no }\nstrategies: [x]\nemulations: [y]\n');
    expect(complaint.split('\n').map((line) => line.split(': ')[0])).toEqual([
      'example.yaml:4:21',
      'example.yaml:5:14',
      'example.yaml:6:14',
    ]);
  });

  it('and with nothing but that: a key that is no text is no warning of Node’s', () => {
    const warn = vi.spyOn(process, 'emitWarning');
    expect(complaintOf('? { a: b }\n: 3')).toContain('unknown key "{ a: b }"');
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('for thousands of problems with the first twenty', () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `key${index}: 1\n`).join('');
    const complaint = complaintOf(keys).split('\n');
    expect(complaint).toHaveLength(21);
    expect(complaint.at(-1)).toBe('and 4980 more problems');
  });

  it.each([
    { text: 'name: [', says: 'example.yaml:1:8: not valid YAML' },
    { text: 'name: a\nname: b\n', says: 'example.yaml:2:1: not valid YAML: Map keys must be unique' },
    { text: '', says: 'expected a mapping, found an empty value' },
    { text: '[1, 2]', says: 'example.yaml:1:1: expected a mapping, found a list' },
    { text: 'version: 2\nname: x\nprovider: empty', says: '1:10: version: expected 1, found the number 2' },
    { text: '['.repeat(20_000), says: 'it nests deeper than 100 levels' },
    {
      text: `a: &a [x]\nb: &b [${'*a, '.repeat(50)}]\nc: &c [${'*b, '.repeat(50)}]\nd: [${'*c, '.repeat(50)}]`,
      says: 'Excessive alias count',
    },
  ])('for what is no scenario at all', ({ text, says }) => {
    expect(complaintAbout(text)).toContain(says);
  });
});

describe('what has another form than is wanted is shown in the right one', () => {
  it.each([
    {
      text: 'provider: /',
      says: 'provider: expected a mapping, or empty, found "/"; write provider: { directory: / }',
    },
    { text: 'provider: a.tar.gz', says: 'write provider: { archive: a.tar.gz }' },
    { text: 'provider: { dir: / }', says: 'unknown key "dir"; did you mean "directory"?' },
    {
      text: 'provider: { synthetic: { drivers: { vulkan-icd: a.json } } }',
      says: 'for example vulkan-icd: [{ manifest: a_icd.json, file: libvulkan_a.so }]',
    },
    { text: 'provider: 3', says: 'found the number 3; for example provider: { directory: / }' },
    {
      text: '',
      says: 'expected provider (a graphics stack) or commands, found neither; for example provider: { directory: / }, or commands: {',
    },
  ])('$text', ({ text, says }) => {
    expect(complaintAbout(`version: 1\nname: example\n${text}\n`)).toContain(says);
  });

  it.each([
    {
      text: 'emulations: [{ wrapper: q, command: { x86_64-linux-gnuu: [q] } }]',
      says: 'unknown key "x86_64-linux-gnuu"; did you mean "x86_64-linux-gnu"?',
    },
    {
      text: 'emulations: [{ wrapper: q, command: { arm: [q] } }]',
      says: 'unknown key "arm"; known are x86_64-linux-gnu, i386-linux-gnu',
    },
    { text: 'strategy: [batched]', says: 'unknown key "strategy"; did you mean "strategies"?' },
    { text: 'strategies: batched', says: 'expected a list, found "batched"; write strategies: [batched]' },
    {
      text: 'emulations: [qemu-x86_64]',
      says: '; a command is written as { wrapper: qemu-x86_64, command: [qemu-x86_64] }',
    },
    { text: 'emulations: [nativ]', says: '; did you mean "native"?' },
    { text: 'emulations: [{ wrapper: q, command: qemu-x86_64 }]', says: '; write command: [qemu-x86_64]' },
    {
      text: 'emulations: [{ model: qemu-user, cpuFactor: quick }]',
      says: 'expected a number, or a mapping, found "quick"; for example cpuFactor: { value: 4, low: 2, high: 8 }',
    },
    {
      text: 'budget: 5',
      says: 'expected a mapping, found the number 5; for example budget: { launches: { batched: 5 } }',
    },
  ])('$text', ({ text, says }) => {
    expect(complaintOf(text)).toContain(says);
  });

  it('a version in quotes', () => {
    expect(complaintAbout('version: "1"\nname: x\nprovider: empty\n')).toContain(
      'did you mean 1, without quotes?',
    );
  });
});

describe('what may be written shortly', () => {
  it('a parameter of a model without a range', () => {
    const { emulations } = scenarioFrom('emulations: [{ model: qemu-user, cpuFactor: 3 }]');
    expect(emulations).toMatchObject([{ model: { cpuFactor: { value: 3, low: 3, high: 3 } } }]);
  });

  it('no warm-up at all', () => {
    expect(scenarioFrom('sampling: { warmup: 0 }').sampling.warmup).toBe(0);
  });
});

describe('a scenario of commands', () => {
  const commandsFrom = (text: string): CommandsScenario => {
    const scenario = parseScenario(`version: 1\nname: example\n${text}`, EXAMPLE_ORIGIN);
    if (scenario.kind !== 'commands') throw new Error('expected commands');
    return scenario;
  };
  const complaint = (text: string): string => complaintAbout(`version: 1\nname: example\n${text}`);

  it('takes text apart as a shell would, and lists as they are', () => {
    const { commands, equivalence } = commandsFrom(
      `commands: { old: "old/start --name 'a b'", new: [new/start, '$x'] }`,
    );
    expect(commands.map(({ name, argv }) => [name, argv])).toEqual([
      ['old', ['old/start', '--name', 'a b']],
      ['new', ['new/start', '$x']],
    ]);
    expect(commands[0]).toMatchObject({ cwd: '/scenarios', env: {}, status: 0, input: null, prepare: null });
    expect(equivalence).toEqual({ kind: 'exit' });
  });

  it('has for all commands what stands beside them, unless a command says otherwise', () => {
    const { commands } = commandsFrom(`
commands:
  a: ./a
  b: { command: ./b, cwd: sub, env: { X: '2' }, prepare: ./own, status: 3, input: in.txt }
cwd: /tmp
env: { X: '1', Y: '1' }
prepare: ./all
ignoreFailure: true
`);
    expect(commands).toMatchObject([
      { cwd: '/tmp', env: { X: '1', Y: '1' }, prepare: ['./all'], status: null },
      {
        ...{ cwd: '/scenarios/sub', env: { X: '2', Y: '1' }, prepare: ['./own'], status: 3 },
        input: '/scenarios/sub/in.txt',
      },
    ]);
  });

  it('has a shell run what is text, where one is named', () => {
    const { commands } = commandsFrom(`commands: { a: 'x | y', b: [x, y] }\nshell: bash`);
    expect(commands.map(({ argv }) => argv)).toEqual([
      ['bash', '-c', 'x | y'],
      ['x', 'y'],
    ]);
  });

  it.each([
    { written: 'stdout', expected: { kind: 'stdout' } },
    { written: "{ files: ['out/*'] }", expected: { kind: 'files', globs: ['out/*'] } },
    { written: '{ check: ./check.sh -q }', expected: { kind: 'check', argv: ['./check.sh', '-q'] } },
  ])('calls commands equivalent by $written', ({ written, expected }) => {
    expect(commandsFrom(`commands: { a: x }\nequivalence: ${written}`).equivalence).toEqual(expected);
  });

  it('is the same scenario wherever its file lies', () => {
    const text = 'version: 1\nname: example\ncommands: { a: ./x }\n';
    const [here, there] = ['/a', '/b'].map(
      (folder) => parseScenario(text, { source: 'x.yaml', folder }).digest,
    );
    expect(here).toBe(there);
  });

  it.each([
    {
      text: 'commands: { a: "x | y" }',
      says: 'example.yaml:3:16: commands.a: expected words that need no shell, found "|" at character 3 of "x | y"',
    },
    { text: 'commands: { a: "x | y" }', says: '"shell: sh"' },
    { text: `commands: { a: "x 'y" }`, says: "found ' without its end at character 3" },
    { text: 'commands: {}', says: 'at least one command' },
    { text: 'commands: { "*": x }', says: 'a name that means nothing else' },
    { text: 'commands: { a: x }\nprovider: empty', says: 'expected either provider or commands, found both' },
    {
      text: 'commands: { a: x }\nstrategies: [batched]',
      says: 'unexpected key "strategies": it belongs to a scenario of a provider, not of commands',
    },
    {
      text: 'provider: empty\nprepare: x',
      says: 'unexpected key "prepare": it belongs to a scenario of commands, not of a provider',
    },
    {
      text: 'commands: { old: x }\nbudget: { launches: { odl: 1 } }',
      says: 'expected one of the commands of this scenario (old) or "*", found "odl"; did you mean "old"?',
    },
  ])('complains about $text', ({ text, says }) => {
    expect(complaint(text)).toContain(says);
  });
});
