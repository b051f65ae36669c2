import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EnvironmentError, ScenarioError } from '../../src/errors.ts';
import { openSysroot } from '../../src/core/sysroot/sysroot.ts';
import { parseLdSoCache } from '../../src/core/sysroot/ld-so-cache.ts';
import { type DebianTree, unpackedPackages } from '../../src/provision/debian.ts';
import { ldSoCacheOf } from '../../src/provision/ld-so-cache-of-tree.ts';
import { aCopyOf, aDebianArchive, type TestArchive, type TestPackage } from '../builders/debian-archive.ts';
import { executable } from '../builders/executables.ts';
import { aLibrary } from '../builders/library-trees.ts';
import { installed } from '../builders/needs.ts';
import { PATIENCE } from '../builders/patience.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { outputOf } from '../builders/programs.ts';

const CONF = '/etc/ld.so.conf.d/multiarch.conf';

/** A driver and what it depends on, for an architecture. */
const stackFor = (architecture: string, tuple: string): readonly TestPackage[] => [
  {
    ...{ name: 'libc6', architecture, version: '2.36-9+deb12u1' },
    libraries: [`/lib/${tuple}/libc.so.6`],
    files: { [CONF.replace('multiarch', tuple)]: `/lib/${tuple}\n/usr/lib/${tuple}\n` },
  },
  {
    name: 'libdrm2',
    architecture,
    version: '1:2.4.114-1',
    depends: 'libc6, drm-common',
    libraries: [`/usr/lib/${tuple}/libdrm.so.2`],
  },
  {
    ...{ name: 'mesa', architecture, depends: 'libdrm2', recommends: 'vim' },
    libraries: [`/usr/lib/${tuple}/dri/radeonsi_dri.so`],
  },
];
const STACK: readonly TestPackage[] = [
  ...stackFor('amd64', 'x86_64-linux-gnu'),
  ...stackFor('i386', 'i386-linux-gnu'),
  ...stackFor('arm64', 'aarch64-linux-gnu'),
  {
    name: 'drm-common',
    architecture: 'all',
    depends: 'libc6',
    files: { '/usr/share/libdrm/amdgpu.ids': 'ids\n' },
  },
  // No package needs it.
  { name: 'vim', architecture: 'amd64', files: { '/usr/bin/vim': 'no editor\n' } },
];

const MESA: DebianTree = {
  ...{ suite: 'testbird', packages: ['mesa'], files: {} },
  architectures: ['x86_64-linux-gnu', 'i386-linux-gnu'],
};

describe.skipIf(installed('apt-get') === null)('a tree of Debian packages', () => {
  let work: string;
  let archive: TestArchive;
  let original: TestArchive;
  beforeAll(() => {
    original = aDebianArchive(temporaryFolder(afterAll), STACK);
  });
  beforeEach(() => {
    work = temporaryFolder();
    archive = aCopyOf(original, work);
  });

  const unpack = (
    tree: Partial<DebianTree> = {},
    options: { env?: Readonly<Record<string, string>>; signal?: AbortSignal; steps?: string[] } = {},
  ) =>
    unpackedPackages({ ...MESA, ...tree }, join(work, 'fallback'), {
      env: { ...archive.env, ...options.env },
      signal: options.signal,
      onStep: (step) => options.steps?.push(step),
    });
  /** What is in the cache: whole trees, and what was left behind. */
  const cached = (): readonly string[] => {
    const place = join(work, 'cache/launchbench/debian');
    return existsSync(place) ? readdirSync(place) : [];
  };

  it('holds the packages that were asked for and what they depend on, for every architecture', async () => {
    const { path, versions } = await unpack();
    expect(versions).toEqual({
      'drm-common:all': '1.0-1',
      'libc6:amd64': '2.36-9+deb12u1',
      'libc6:i386': '2.36-9+deb12u1',
      'libdrm2:amd64': '1:2.4.114-1',
      'libdrm2:i386': '1:2.4.114-1',
      'mesa:amd64': '1.0-1',
      'mesa:i386': '1.0-1',
    });
    expect(readFileSync(join(path, 'usr/share/libdrm/amdgpu.ids'), 'utf8')).toBe('ids\n');
    expect(existsSync(join(path, 'usr/lib/i386-linux-gnu/dri/radeonsi_dri.so'))).toBe(true);
    expect(existsSync(join(path, 'usr/bin/vim'))).toBe(false);
  });

  it('is laid out like a system: a merged /usr and an ld.so.cache', async () => {
    const { path } = await unpack();
    expect(lstatSync(join(path, 'lib')).isSymbolicLink()).toBe(true);
    expect(openSysroot(path).resolve('/lib/x86_64-linux-gnu/libc.so.6')).toBe(
      '/usr/lib/x86_64-linux-gnu/libc.so.6',
    );
    const cache = parseLdSoCache(readFileSync(join(path, 'etc/ld.so.cache')));
    expect(cache.pathsOf('libdrm.so.2')).toEqual([
      '/lib/x86_64-linux-gnu/libdrm.so.2',
      '/lib/i386-linux-gnu/libdrm.so.2',
    ]);
    expect(cache.pathsOf('radeonsi_dri.so')).toEqual([]);
  });

  it('is made for an architecture that this machine does not run', async () => {
    const { versions } = await unpack({ architectures: ['aarch64-linux-gnu'] });
    expect(Object.keys(versions)).toEqual(['drm-common:all', 'libc6:arm64', 'libdrm2:arm64', 'mesa:arm64']);
  });

  it('takes a package for one architecture alone, and files that are described', async () => {
    const knowledge = '/usr/lib/steamrt/libcapsule-knowledge.keyfile';
    const { path, versions } = await unpack({ packages: ['libc6:i386'], files: { [knowledge]: '[x]\n' } });
    expect(Object.keys(versions)).toEqual(['libc6:i386']);
    expect(readFileSync(join(path, knowledge), 'utf8')).toBe('[x]\n');
  });

  it('is downloaded once: from then on neither archive nor apt is needed', async () => {
    const first = await unpack();
    rmSync(archive.root, { recursive: true });
    const steps: string[] = [];
    expect(await unpack({}, { steps, env: { PATH: '/nonexistent' } })).toEqual(first);
    expect(steps).toEqual([]);
  });

  it('is made once by two who want it at the same time', async () => {
    const [one, other] = await Promise.all([unpack(), unpack()]);
    expect(one).toEqual(other);
    expect(cached()).toHaveLength(1);
  });

  it('says what it does meanwhile', async () => {
    const steps: string[] = [];
    await unpack({}, { steps });
    expect(steps[0]).toBe('testbird: downloading the list of packages');
    expect(steps).toContainEqual(
      expect.stringMatching(/^testbird: downloading 7 packages \(0 MB\), \d+ %$/u),
    );
    expect(steps.at(-1)).toBe('testbird: unpacking package 7 of 7');
  });

  it('is made without the cache where that cannot be written to', async () => {
    writeFileSync(join(work, 'file'), '');
    mkdirSync(join(work, 'fallback'));
    const { path } = await unpack({}, { env: { XDG_CACHE_HOME: join(work, 'file') } });
    expect(path).toBe(join(work, 'fallback/tree'));
  });

  it.each<{
    case: string;
    break: () => Partial<DebianTree>;
    error: new (message: string) => Error;
    message: RegExp;
  }>([
    {
      case: 'the suite has no such package',
      break: () => ({ packages: ['no-such-driver'] }),
      error: ScenarioError,
      message: /^apt cannot resolve the packages of testbird: E: Unable to locate package no-such-driver/u,
    },
    {
      case: 'the archive has no such suite',
      break: () => {
        writeFileSync(archive.sources, `deb [trusted=yes] file:${archive.root} othersuite main\n`);
        return { suite: 'othersuite' };
      },
      error: EnvironmentError,
      message: /^The packages of othersuite cannot be downloaded: E: /u,
    },
    {
      case: 'the machine has no source that could have the suite',
      break: () => ({ suite: 'elsewhere' }),
      error: EnvironmentError,
      message: /^The apt sources of this machine name no archive that could have elsewhere$/u,
    },
    {
      case: 'the archive is gone',
      break: () => {
        rmSync(archive.root, { recursive: true });
        return {};
      },
      error: EnvironmentError,
      message: /^The packages of testbird cannot be downloaded: E: /u,
    },
    {
      case: 'a package is not the one that the archive promises',
      break: () => {
        appendFileSync(archive.packages[0] ?? '', 'tampered with');
        return {};
      },
      error: EnvironmentError,
      message: /^The packages of testbird cannot be downloaded: E: .*(?:size|hash)/iu,
    },
  ])('is refused, and nothing kept, when $case', async ({ break: breakIt, error, message }) => {
    const failed = unpack(breakIt());
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toBeInstanceOf(error);
    expect(cached()).toEqual([]);
  });

  it('cannot be had without apt, which is said', async () => {
    await expect(unpack({}, { env: { PATH: '/nonexistent' } })).rejects.toThrow(EnvironmentError);
    expect(cached()).toEqual([]);
  });

  /** Puts a program before the real one that says that it was started, and stays, when it is given this word. */
  const hangingAt = (program: string, word: string): string => {
    const bin = join(work, 'bin');
    mkdirSync(bin);
    const real = outputOf('sh', ['-c', `command -v ${program}`]).trim();
    const script = `#!/bin/sh\ncase "$*" in *${word}*) echo $$ > ${work}/stopped-at; exec sleep 1000;; esac\nexec ${real} "$@"\n`;
    writeFileSync(join(bin, program), script);
    chmodSync(join(bin, program), 0o755);
    return `${bin}:${process.env['PATH'] ?? ''}`;
  };
  const stoppedAt = (): number => {
    const file = join(work, 'stopped-at');
    return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  };

  it.each([
    { step: 'downloading', program: 'apt-get', word: '--download-only' },
    { step: 'unpacking', program: 'dpkg-deb', word: '--extract' },
  ])('leaves nothing when it is stopped while $step', async ({ program, word }) => {
    const stop = new AbortController();
    const ended = unpack({}, { signal: stop.signal, env: { PATH: hangingAt(program, word) } }).catch(
      (error: unknown) => error,
    );
    await expect.poll(stoppedAt, PATIENCE).toBeGreaterThan(0);
    stop.abort(new Error('enough'));
    expect(await ended).toEqual(new Error('enough'));
    expect(cached()).toEqual([]);
    expect(existsSync(`/proc/${stoppedAt()}`)).toBe(false);
  });

  it.each([
    { step: 'downloading', program: 'apt-get', word: '--download-only' },
    { step: 'unpacking', program: 'dpkg-deb', word: '--extract' },
  ])(
    'is made anew, and what was left removed, after a run was killed while $step',
    async ({ program, word }) => {
      const scenario = join(work, 'scenario.yaml');
      const debian = `{ debian: { suite: testbird, packages: mesa } }`;
      const architectures = MESA.architectures.join(', ');
      writeFileSync(
        scenario,
        `version: 1\nname: packages\narchitectures: [${architectures}]\nprovider: ${debian}\n`,
      );
      const run = execa(process.execPath, [executable('launchbench.js'), 'run', scenario, '--counts-only'], {
        ...{
          cwd: work,
          env: { ...archive.env, PATH: hangingAt(program, word), TMPDIR: work },
          extendEnv: false,
        },
        ...{ stdin: 'ignore', reject: false },
      });
      await expect.poll(stoppedAt, PATIENCE).toBeGreaterThan(0);
      onTestFinished(() => void process.kill(stoppedAt(), 'SIGKILL'));
      run.kill('SIGKILL');
      await run;
      expect(cached()).toEqual([expect.stringMatching(/^launchbench-/u)]);
      await unpack();
      expect(cached()).toEqual([expect.stringMatching(/^testbird-/u)]);
    },
  );
});

describe('ldSoCacheOf', () => {
  it('lists libraries of folders in order, under their SONAMEs, and neither scripts nor foreign files', () => {
    const tree = temporaryFolder();
    aLibrary(join(tree, 'opt/lib/libb.so.1'));
    aLibrary(join(tree, 'usr/lib/libb.so.1'));
    aLibrary(join(tree, 'usr/lib/libforeign.so.1'), { tuple: 'aarch64-linux-gnu' });
    writeFileSync(join(tree, 'usr/lib/libscript.so'), 'GROUP ( libb.so.1 )');
    mkdirSync(join(tree, 'etc/ld.so.conf.d'), { recursive: true });
    writeFileSync(join(tree, 'etc/ld.so.conf'), '# first\ninclude ld.so.conf.d/*.conf\n/nonexistent\n');
    writeFileSync(join(tree, 'etc/ld.so.conf.d/a.conf'), '/opt/lib # the rest\n');
    const cache = parseLdSoCache(ldSoCacheOf(tree, ['x86_64-linux-gnu']));
    expect(cache.pathsOf('libb.so.1')).toEqual(['/opt/lib/libb.so.1', '/usr/lib/libb.so.1']);
    expect(cache.namesFrom('lib')).toEqual(['libb.so.1', 'libb.so.1']);
  });

  it('ends where configurations include each other', () => {
    const tree = temporaryFolder();
    mkdirSync(join(tree, 'etc'));
    writeFileSync(join(tree, 'etc/ld.so.conf'), 'include /etc/ld.so.conf\n');
    expect(parseLdSoCache(ldSoCacheOf(tree, ['x86_64-linux-gnu'])).namesFrom('')).toEqual([]);
  });
});
