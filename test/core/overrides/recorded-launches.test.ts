import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Tuple, TUPLES } from '../../../src/core/sysroot/architectures.ts';
import { nativeCaptureLibs, ownToolWords } from '../../builders/executables.ts';
import { launchbench, type Ran } from '../../builders/launchbench.ts';
import {
  observedOutcome,
  OVERRIDES_IN_CONTAINER,
  PROVIDER_IN_CONTAINER,
  RECORDED_STRATEGIES,
  recordedCase,
  type RecordedCase,
  recordedOutcome,
  type RecordedTrees,
  unpackTrees,
} from '../../builders/recorded-stacks.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';
import { unpack } from '../../builders/unpack.ts';

const Answer = z.object({
  modules: z.array(z.string()),
  captureCalls: z.array(
    z.object({ arch: z.string(), purpose: z.string(), dest: z.string(), patterns: z.array(z.string()) }),
  ),
  launches: z.object({ total: z.number(), byPurpose: z.record(z.string(), z.number()) }),
  env: z.record(z.string(), z.string().nullable()),
});

// Few cases, as every call is a process: what the plans do is in recordings.test.ts, this is about the launches.
describe.each(['egl-collision', 'libc-newer', 's2tc', 'vk-one-inode', 'env-dri'])('recording %s', (name) => {
  const recording = recordedCase(name);
  let trees: RecordedTrees;
  beforeAll(() => {
    trees = unpackTrees(recording);
  });
  afterAll(() => {
    trees.remove();
  });

  it.each(RECORDED_STRATEGIES)('%s launches the capture tool as the real program did', async (strategy) => {
    const recorded = recordedOutcome(recording, strategy);
    const overrides = trees.newOverrides();

    const { status, stdout, stderr } = await capture(recording, trees, overrides, strategy);

    expect(status).toBe(0);
    // What the tool says though it succeeds, and that a provider has nothing but libraries.
    expect(
      stderr.replace(
        /^(?:.* is taken to be private, but that is a guess|No driver was found in .*)\n/gmu,
        '',
      ),
    ).toBe('');
    const answer = Answer.parse(JSON.parse(stdout));
    expect(observedOutcome(answer, overrides, trees)).toEqual(recorded);
    expect(answer.launches.total).toBe(recorded?.captureCalls.length);
  });

  it('in-process leaves what batched left, without any launch', async () => {
    const recorded = recordedOutcome(recording, 'batched');
    const overrides = trees.newOverrides();

    const { stdout } = await capture(recording, trees, overrides, 'in-process');

    const answer = Answer.parse(JSON.parse(stdout));
    expect(observedOutcome(answer, overrides, trees)).toEqual(recorded);
    expect(answer.launches).toEqual({ total: 0, byPurpose: {} });
  });
});

// A tool of somebody else's: it knows nothing but upstream's options.
describe.each([
  ...['egl-collision', 'egl-named-like-library', 'libc-newer', 'libc-kept', 's2tc', 'dual-arch', 'links'],
  ...['missing-dep', 'mesa-like', 'nvidia', 'vk-one-inode', 'zero-drivers', 'wrong-abi'],
])('single-launch with the tools of another program, recording %s', (name) => {
  const recording = recordedCase(name);
  let trees: RecordedTrees;
  beforeAll(() => {
    trees = unpackTrees(recording);
  });
  afterAll(() => {
    trees.remove();
  });

  it('leaves what batched left, with one launch for each architecture', async () => {
    const overrides = trees.newOverrides();
    const tools = TUPLES.flatMap((arch) => ['--tool', `${arch}=${upstreamTool(arch)}`]);

    const { status, stdout, stderr } = await capture(recording, trees, overrides, 'single-launch', tools);

    expect(status).toBe(0);
    expect(stderr).not.toContain('launchbench-call');
    const answer = Answer.parse(JSON.parse(stdout));
    expect(observedOutcome(answer, overrides, trees)).toEqual(recordedOutcome(recording, 'batched'));
    const launches = new Set(answer.captureCalls.map(({ arch }) => arch)).size;
    expect(answer.launches).toEqual({ total: launches, byPurpose: { 'all-calls': launches } });
  });
});

describe('single-launch with our own tool, confined to the trees', () => {
  const recording = recordedCase('mesa-like');
  let trees: RecordedTrees;
  beforeAll(() => {
    trees = unpackTrees(recording);
  });
  afterAll(() => {
    trees.remove();
  });

  it.each(nativeCaptureLibs() === null ? ['node'] : ['node', 'native'])(
    'leaves what batched left: %s',
    async (tool) => {
      const overrides = trees.newOverrides();
      const options = ['--confined', '--tool', tool];

      const { status, stdout } = await capture(recording, trees, overrides, 'single-launch', options);

      expect(status).toBe(0);
      const answer = Answer.parse(JSON.parse(stdout));
      expect(observedOutcome(answer, overrides, trees)).toEqual(recordedOutcome(recording, 'batched'));
      expect(answer.launches.total).toBe(1);
    },
  );
});

describe('single-launch where drivers collide, so that there are many calls', () => {
  const tree = fileURLToPath(new URL('../../golden/cases/arch-two-abis.tar.gz', import.meta.url));

  it('leaves what in-process leaves, with one launch for each architecture', async () => {
    const folder = temporaryFolder();
    for (const name of ['provider', 'container']) mkdirSync(join(folder, name));
    unpack(tree, join(folder, 'provider'));
    const launchesBy = async (strategy: string) => {
      const places = ['--provider', 'provider', '--container', 'container', '--overrides', strategy];
      const options = ['--json', '--strategy', strategy, '--edition', '2026', ...places];
      const { stdout } = await launchbench(['capture', ...options], { cwd: folder });
      return Answer.parse(JSON.parse(stdout)).launches;
    };
    const launches = await launchesBy('single-launch');
    const none = await launchesBy('in-process');
    expect({ launches, none }).toEqual({
      launches: { total: 2, byPurpose: { 'all-calls': 2 } },
      none: { total: 0, byPurpose: {} },
    });
    expect(entriesBelow(join(folder, 'single-launch'))).toEqual(entriesBelow(join(folder, 'in-process')));
  });
});

describe('a driver that is no library', () => {
  const recording = recordedCase('not-elf');
  let trees: RecordedTrees;
  beforeAll(() => {
    trees = unpackTrees(recording);
  });
  afterAll(() => {
    trees.remove();
  });

  it('ends a launching strategy with status 4, the argv of the tool and what it said', async () => {
    const { status, stdout, stderr } = await capture(recording, trees, trees.newOverrides(), 'batched');

    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(stderr).toContain('exited with status 1');
    expect(stderr).toContain('--dest');
    expect(stderr).toMatch(/not (a usable|an) ELF/iu);
  });

  it('ends single-launch with status 4, and leaves nothing', async () => {
    const overrides = trees.newOverrides();
    const { status, stdout, stderr } = await capture(recording, trees, overrides, 'single-launch');

    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(stderr).toMatch(/exited with status 1 before [^]* was done[^]*not (a usable|an) ELF/iu);
    expect(existsSync(overrides)).toBe(false);
  });

  it('ends in-process with status 2, as bad input, and names the pattern', async () => {
    const { status, stdout, stderr } = await capture(recording, trees, trees.newOverrides(), 'in-process');

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('no-dependencies:even-if-older:if-exists:if-same-abi:path:');
  });
});

function capture(
  { architectures, environment }: RecordedCase,
  { provider, container }: RecordedTrees,
  overrides: string,
  strategy: string,
  more: readonly string[] = [],
): Promise<Ran> {
  return launchbench(
    [
      ...['capture', '--json', '--edition', '2022', '--strategy', strategy],
      ...['--provider', provider, '--container', container, '--overrides', overrides],
      ...['--provider-in-container', PROVIDER_IN_CONTAINER],
      ...['--overrides-in-container', OVERRIDES_IN_CONTAINER],
      ...architectures.flatMap((arch) => ['--arch', arch]),
      ...more,
    ],
    { env: { HOME: '/home/user', ...environment } },
  );
}

/** A program of 2022 that refuses what only our own tool knows, and is that otherwise. */
function upstreamTool(arch: Tuple): string {
  const path = join(temporaryFolder(), `${arch}-capsule-capture-libs`);
  writeFileSync(
    path,
    `#!/bin/sh
for word in "$@"; do
  case $word in --arch* | --confined* | --fallback-paths*) echo "$0: unrecognized option $word" >&2; exit 2 ;; esac
done
exec ${ownToolWords()} --arch ${arch} --fallback-paths /lib:/usr/lib "$@"
`,
  );
  chmodSync(path, 0o755);
  return path;
}

/** Every entry of a tree, with its mode, and where it leads or what it holds. */
function entriesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path);
      const what = stat.isSymbolicLink()
        ? readlinkSync(path)
        : stat.isFile()
          ? readFileSync(path, 'utf8')
          : '';
      return `${name} ${stat.mode.toString(8)} ${what}`;
    })
    .sort();
}
