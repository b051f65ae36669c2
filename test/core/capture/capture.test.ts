import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES, type Tuple } from '../../../src/core/sysroot/architectures.ts';
import { CaptureError } from '../../../src/core/capture/capture-error.ts';
import type { EscapingLink } from '../../../src/core/sysroot/path-walk.ts';
import { createCapturer, type CaptureSettings } from '../../../src/core/capture/capture.ts';
import { NOT_FILES } from '../../builders/hostile-files.ts';
import { aDestination, aLibrary, aTreeWith } from '../../builders/library-trees.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';
import { outputOf } from '../../builders/programs.ts';

describe('a capturer', () => {
  it('makes links in whatever destination it is given', () => {
    const provider = aTreeWith(temporaryFolder(), {
      '/usr/lib/libfoo.so.1': { needed: ['libbar.so.1'] },
      '/opt/libbar.so.1': {},
    });
    expect(captured(provider, ['libfoo.so.1'], { linkTarget: '/run/gfx' })).toEqual({
      'libfoo.so.1': '/run/gfx/usr/lib/libfoo.so.1',
      'libbar.so.1': '/run/gfx/opt/libbar.so.1',
    });
  });

  it.each<Tuple>(['x86_64-linux-gnu', 'i386-linux-gnu', 'aarch64-linux-gnu'])(
    'takes the libraries of %s and passes over all others',
    (tuple) => {
      const provider = aTreeWith(temporaryFolder(), {
        '/usr/lib/x86_64/libfoo.so.1': { tuple: 'x86_64-linux-gnu' },
        '/usr/lib/i386/libfoo.so.1': { tuple: 'i386-linux-gnu' },
        '/usr/lib/aarch64/libfoo.so.1': { tuple: 'aarch64-linux-gnu' },
      });
      expect(
        captured(provider, ['libfoo.so.1'], { architecture: ARCHITECTURES[tuple], linkTarget: '/' }),
      ).toEqual({
        'libfoo.so.1': `/usr/lib/${tuple.split('-', 1).join('')}/libfoo.so.1`,
      });
    },
  );

  it.each<{ tuple: Tuple; directories: string }>([
    {
      tuple: 'x86_64-linux-gnu',
      directories:
        '/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/usr/x86_64-pc-linux-gnu/lib:/lib64:/usr/lib64:/lib:/usr/lib',
    },
    {
      tuple: 'i386-linux-gnu',
      directories:
        '/lib/i386-linux-gnu:/usr/lib/i386-linux-gnu:/usr/i686-pc-linux-gnu/lib:/lib32:/usr/lib32:/lib:/usr/lib',
    },
    {
      tuple: 'aarch64-linux-gnu',
      directories:
        '/lib/aarch64-linux-gnu:/usr/lib/aarch64-linux-gnu:/usr/aarch64-unknown-linux-gnueabi/lib:/lib64:/usr/lib64:/lib:/usr/lib',
    },
  ])('looks in the fallback paths of $tuple last, in their order', ({ tuple, directories }) => {
    const provider = aTreeWith(temporaryFolder(), {});
    const left = directories.split(':');
    for (const directory of left) aLibrary(join(provider, directory, 'libfoo.so.1'), { tuple });
    const settings = { architecture: ARCHITECTURES[tuple], linkTarget: '/' };
    for (let first = left.shift(); first !== undefined; first = left.shift()) {
      expect(captured(provider, ['libfoo.so.1'], settings)).toEqual({
        'libfoo.so.1': `${first}/libfoo.so.1`,
      });
      rmSync(join(provider, first, 'libfoo.so.1'));
    }
    expect(() => captured(provider, ['libfoo.so.1'], settings)).toThrow(`fallback ${directories}`);
  });

  it('looks in the fallback paths that it is given, and in no others', () => {
    const provider = aTreeWith(temporaryFolder(), {});
    for (const directory of ['', 'opt', 'usr/lib']) aLibrary(join(provider, directory, 'libfoo.so.1'));
    const found = (fallbackPaths: readonly string[]) =>
      captured(provider, ['if-exists:libfoo.so.1'], { linkTarget: '/', fallbackPaths })['libfoo.so.1'];
    expect(found(['/opt', '/usr/lib'])).toBe('/opt/libfoo.so.1');
    expect(found(['opt/'])).toBe('/opt/libfoo.so.1');
    expect(found(['', '/opt'])).toBe('/libfoo.so.1');
    expect(found([])).toBeUndefined();
  });

  it.each([
    { links: 20, reached: 'link20', warnings: 0 },
    { links: 21, reached: 'link21', warnings: 1 },
    { links: 25, reached: 'link21', warnings: 1 },
  ])('follows twenty links of a cache entry, of $links', ({ links, reached, warnings }) => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/link0': {} });
    renameSync(join(provider, 'usr/lib/link0'), join(provider, `usr/lib/link${links}`));
    for (let link = 0; link < links; link++)
      symlinkSync(`link${link + 1}`, join(provider, `usr/lib/link${link}`));
    const said: string[] = [];
    const destination = aDestination();
    createCapturer(settingsFor(provider), ({ severity, text }) => {
      if (severity === 'warning') said.push(text);
    }).capture('link0', destination);
    expect(destination.links.get('link0')).toBe(`${provider}/usr/lib/${reached}`);
    expect(said.filter((text) => text.includes('more than 20 links'))).toHaveLength(warnings);
  });

  it('takes an empty link target for the top of the tree', () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1': {} });
    expect(captured(provider, ['libfoo.so.1'], { linkTarget: '' })).toEqual({
      'libfoo.so.1': '/usr/lib/libfoo.so.1',
    });
  });

  it('keeps names that are not UTF-8', () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1': {} });
    linkSync(join(provider, '/usr/lib/libfoo.so.1'), latin1(join(provider, '/usr/lib/lib\xe9.so.1')));
    expect(captured(provider, ['/usr/lib/lib*.so.1'], { linkTarget: '/' })).toEqual({
      'libfoo.so.1': '/usr/lib/libfoo.so.1',
      'lib\udce9.so.1': '/usr/lib/lib\udce9.so.1',
    });
  });

  it('tries the whole of glibc, also when no link to its libc.so.6 can be made', () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libc.so.6': {}, '/usr/lib/libm.so.6': {} });
    const warnings: string[] = [];
    // Nothing is found to lie within a tree that is named with a slash at its end.
    const settings = { ...settingsFor(`${provider}/`), linkTarget: '/run/gfx' };
    createCapturer(settings, ({ severity, text }) => {
      if (severity === 'warning') warnings.push(text);
    }).capture('libc.so.6', aDestination());
    expect(warnings).toEqual(
      // The library itself, then its family, of which it is one.
      ['libc.so.6', 'libc.so.6', 'libm.so.6'].map(
        (name) => `"${provider}/usr/lib/${name}" is not within prefix "${provider}/"`,
      ),
    );
  });

  it('takes a tree for empty when all its caches are damaged', () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1': {} });
    const container = aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1': {} });
    for (const cache of ['etc/ld.so.cache', 'var/cache/ldconfig/ld.so.cache']) {
      mkdirSync(join(container, cache, '..'), { recursive: true });
      writeFileSync(join(container, cache), 'damaged beyond use');
    }
    expect(captured(provider, ['libfoo.so.1'], { container })).not.toEqual({});
    expect(captured(container, ['if-exists:libfoo.so.1', 'if-exists:/usr/lib/libfoo.so.1'])).toEqual({});
    expect(() => captured(container, ['libfoo.so.1'])).toThrow(
      /\/etc\/ld\.so\.cache": Not an ld\.so\.cache: .*; Cannot use ".*var\/cache\/ldconfig\/ld\.so\.cache": Not an/,
    );
  });

  it('names a cache that is too large to be one, and the place that was looked in last', () => {
    const provider = aTreeWith(temporaryFolder(), {});
    truncateSync(join(provider, 'etc/ld.so.cache'), 64 * 1024 * 1024 + 1);
    const failure = failureOf(() => captured(provider, ['libfoo.so.1']));
    expect(failure).toMatchObject({ errorClass: 'NOT-FOUND', errno: 2 });
    expect(failure?.message).toMatch(
      /etc\/ld\.so\.cache": .* 67108865 bytes .*; .*var\/cache\/ldconfig\/ld\.so\.cache": no such file or directory/,
    );
  });

  it('reads each tree and each library once', () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1': {} });
    const capturer = createCapturer(settingsFor(provider));
    capturer.capture('libfoo.so.1', aDestination());
    rmSync(join(provider, 'etc'), { recursive: true });
    rmSync(join(provider, 'usr/lib/libfoo.so.1'));
    const later = aDestination();
    capturer.capture('libfoo.so.1', later);
    expect([...later.links.keys()]).toEqual(['libfoo.so.1']);
  });

  it('looks for what a library needs, and reads it too unless it knows that no pattern wants dependencies', () => {
    const afterwards = (withoutDependencies: boolean): CaptureError | null => {
      const provider = aTreeWith(temporaryFolder(), {
        '/usr/lib/libtop.so.1': { needed: ['libdep.so.1'] },
        '/usr/lib/libdep.so.1': {},
      });
      const capturer = createCapturer({ ...settingsFor(provider), withoutDependencies });
      capturer.capture('no-dependencies:libtop.so.1', aDestination());
      rmSync(join(provider, 'usr/lib/libdep.so.1'));
      return failureOf(() => {
        capturer.capture('libtop.so.1', aDestination());
      });
    };
    expect(afterwards(false)).toBeNull();
    expect(afterwards(true)).toMatchObject({ errorClass: 'NOT-FOUND' });
  });

  it('captures no more than 255 dependencies', () => {
    const needed = Array.from({ length: 256 }, (_, index) => `lib${index}.so`);
    const all = Object.fromEntries(needed.map((name) => [`/usr/lib/${name}`, {}]));
    const within = aTreeWith(temporaryFolder(), {
      ...all,
      '/usr/lib/libtop.so': { needed: needed.slice(1) },
    });
    expect(Object.keys(captured(within, ['libtop.so']))).toHaveLength(256);
    const beyond = aTreeWith(temporaryFolder(), {
      ...all,
      '/usr/lib/libtop.so': { needed },
      '/usr/lib/libhalf.so': { needed: needed.slice(128) },
    });
    // What was captured before counts, too.
    for (const patterns of [['if-exists:libtop.so'], ['libhalf.so', 'if-exists:libtop.so']]) {
      expect(failureOf(() => captured(beyond, patterns))).toMatchObject({
        errorClass: 'TOO-MANY',
        errno: 82,
      });
    }
  });

  it('refuses a pattern with a NUL, which no name can hold', () => {
    expect(failureOf(() => captured(temporaryFolder(), ['libfoo\0.so']))).toMatchObject({
      errorClass: 'INVALID',
    });
  });

  it('warns about a link that cannot be made, and goes on', () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libc.so.6': {}, '/usr/lib/libm.so.6': {} });
    const warnings: string[] = [];
    const capturer = createCapturer(settingsFor(provider), ({ text }) => warnings.push(text));
    capturer.capture('libc.so.6', {
      has: () => false,
      link() {
        mkdirSync('/proc/nowhere');
      },
    });
    expect(warnings.filter((text) => text.startsWith('Cannot make the link "libc.so.6"'))).toHaveLength(2);
    expect(warnings.join('\n')).toContain('Cannot make the link "libm.so.6"');
  });
});

describe('a tree whose links lead out of it', () => {
  /** A library in the tree and one of the same path in a folder that stands for the host, to which links lead. */
  const aTreeWithEscapes = () => {
    const host = temporaryFolder();
    const provider = aTreeWith(temporaryFolder(), {
      [`${host}/libfoo.so.1`]: { needed: ['libinside.so.1'], listed: false },
      '/usr/lib/libinside.so.1': {},
    });
    aLibrary(join(host, 'libfoo.so.1'), { needed: ['liboutside.so.1'] });
    mkdirSync(join(provider, 'opt'));
    symlinkSync(join(host, 'libfoo.so.1'), join(provider, 'opt/libfoo.so.1'));
    symlinkSync(host, join(provider, 'opt/folder'));
    return { host, provider };
  };

  it.each([
    { how: 'by path', pattern: '/opt/libfoo.so.1', link: '/opt/libfoo.so.1' },
    { how: 'through a folder', pattern: '/opt/folder/libfoo.so.1', link: '/opt/folder' },
    { how: 'by a glob', pattern: '/opt/folder/*.so.1', link: '/opt/folder' },
    { how: 'by name', pattern: 'libfoo.so.1', link: '/opt/libfoo.so.1' },
  ])('is followed inside when it is confined, $how', ({ pattern, link }) => {
    const { host, provider } = aTreeWithEscapes();
    const escapes: EscapingLink[] = [];
    const links = captured(provider, [pattern], {
      linkTarget: '/',
      fallbackPaths: ['/opt'],
      confined: true,
      onEscape: (escape) => escapes.push(escape),
    });
    expect(links).toEqual({
      'libfoo.so.1': `${host}/libfoo.so.1`,
      'libinside.so.1': '/usr/lib/libinside.so.1',
    });
    expect(escapes.map((escape) => escape.link)).toEqual([link]);
  });

  it('is told when it is not, each link once, with where it leads', () => {
    const { host, provider } = aTreeWithEscapes();
    const escapes: EscapingLink[] = [];
    const capture = () =>
      captured(provider, ['if-exists:/opt/libfoo.so.1', 'if-exists:/opt/libfoo.so.1'], {
        linkTarget: '/',
        onEscape: (escape) => escapes.push(escape),
      });
    expect(capture()).toEqual({});
    expect(escapes).toEqual([{ link: '/opt/libfoo.so.1', target: `${host}/libfoo.so.1` }]);
  });

  it('keeps the names that its links have where none leads out', () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1.2': {}, '/lib/libfoo.so.1': {} });
    rmSync(join(provider, 'lib'), { recursive: true });
    symlinkSync('usr/lib', join(provider, 'lib'));
    symlinkSync('libfoo.so.1.2', join(provider, 'usr/lib/libfoo.so.1'));
    const links = { 'libfoo.so.1': '/lib/libfoo.so.1.2' };
    expect(captured(provider, ['libfoo.so.1'], { linkTarget: '/' })).toEqual(links);
    expect(captured(provider, ['libfoo.so.1'], { linkTarget: '/', confined: true })).toEqual(links);
  });

  it('is not left for its cache, nor by the container', () => {
    const { host, provider } = aTreeWithEscapes();
    const container = aTreeWith(temporaryFolder(), {});
    for (const tree of [provider, container]) {
      renameSync(join(tree, 'etc/ld.so.cache'), join(tree, 'etc/cache'));
      symlinkSync('/etc/cache', join(tree, 'etc/ld.so.cache'));
    }
    mkdirSync(join(container, 'usr/lib'), { recursive: true });
    aLibrary(join(host, 'libinside.so.1.9'));
    symlinkSync(join(host, 'libinside.so.1.9'), join(container, 'usr/lib/libinside.so.1'));
    expect(Object.keys(captured(provider, ['libinside.so.1'], { container, confined: true }))).toEqual([
      'libinside.so.1',
    ]);
  });
});

describe('a hostile provider', () => {
  it.each(NOT_FILES)('with $what for a library is refused at once', async ({ put }) => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1': { needed: ['libbar.so.1'] } });
    await put(join(provider, 'usr/lib/libbar.so.1'));
    expect(failureOf(() => captured(provider, ['path:/usr/lib/libbar.so.1']))?.message).toContain(
      'libbar.so.1',
    );
    expect(failureOf(() => captured(provider, ['libfoo.so.1']))).toMatchObject({ errorClass: 'NOT-FOUND' });
  });

  it.each(NOT_FILES)('with $what for a cache counts as one without', async ({ put }) => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1': {} });
    rmSync(join(provider, 'etc/ld.so.cache'));
    await put(join(provider, 'etc/ld.so.cache'));
    expect(failureOf(() => captured(provider, ['libfoo.so.1']))).toMatchObject({ errorClass: 'NOT-FOUND' });
  });

  it('whose links go round in circles comes to an end', () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1': {} });
    rmSync(join(provider, 'usr/lib/libfoo.so.1'));
    symlinkSync('/usr/lib/libfoo.so.2', join(provider, 'usr/lib/libfoo.so.1'));
    symlinkSync('libfoo.so.1', join(provider, 'usr/lib/libfoo.so.2'));
    expect(failureOf(() => captured(provider, ['libfoo.so.1']))).toMatchObject({ errorClass: 'NOT-FOUND' });
  });

  it('looks at its destination again when it has read patterns, not for each of them', () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1': {} });
    const list = join(temporaryFolder(), 'list');
    writeFileSync(list, 'libfoo.so.1\n'.repeat(1000));
    let looks = 0;
    const destination = { ...aDestination(), lookAgain: () => (looks += 1) };
    createCapturer(settingsFor(provider)).capture(`from:${list}`, destination);
    expect(destination.links.size).toBe(1);
    expect(looks).toBe(1);
  });

  it('with a file of patterns that names itself comes to an end', () => {
    const list = join(temporaryFolder(), 'list');
    writeFileSync(list, `from:${list}\n`);
    expect(failureOf(() => captured(temporaryFolder(), [`from:${list}`]))?.message).toContain('nested');
  });

  it('with libraries and a cache that are damaged anyhow gives links or a CaptureError', () => {
    const provider = aTreeWith(temporaryFolder(), {
      '/usr/lib/libfoo.so.1': { needed: ['libbar.so.1'] },
      '/usr/lib/libbar.so.1': {},
    });
    const files = ['usr/lib/libfoo.so.1', 'usr/lib/libbar.so.1', 'etc/ld.so.cache'].map((path) => ({
      path: join(provider, path),
      whole: readFileSync(join(provider, path)),
    }));
    const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom(...files), edits, fc.option(fc.nat()), ({ path, whole }, changes, end) => {
        const damaged = Buffer.from(whole);
        for (const [at, value] of changes) damaged[at % damaged.length] = value;
        writeFileSync(path, end === null ? damaged : damaged.subarray(0, end % damaged.length));
        const capture = (): unknown =>
          failureOf(() =>
            captured(provider, ['if-exists:libfoo.so.1', '/usr/lib/lib*.so.1', 'lib*'], {
              container: provider,
              compareBy: ['versions', 'symbols', 'name'],
            }),
          );
        expect(capture).not.toThrow();
        writeFileSync(path, whole);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a real library of this machine', () => {
  it('brings what the dynamic linker says that it needs', () => {
    const { tuple } = ARCHITECTURES['x86_64-linux-gnu'];
    const links = captured('/', [process.execPath], {
      architecture: ARCHITECTURES[tuple],
      container: temporaryFolder(),
    });
    const loaded = outputOf('ldd', [process.execPath]);
    const needed = [...loaded.matchAll(/^\s*(\S+) =>/gm)].map(([, name]) => name ?? '');
    expect(Object.keys(links)).toEqual(
      expect.arrayContaining(needed.filter((name) => !name.startsWith('ld-'))),
    );
  });
});

function settingsFor(provider: string): CaptureSettings {
  return { architecture: ARCHITECTURES['x86_64-linux-gnu'], provider, container: join(provider, 'nowhere') };
}

/** The links that patterns leave in an empty destination. */
function captured(
  provider: string,
  patterns: readonly string[],
  more: Partial<CaptureSettings> = {},
): Readonly<Record<string, string>> {
  const destination = aDestination();
  const capturer = createCapturer({ ...settingsFor(provider), ...more });
  for (const pattern of patterns) capturer.capture(pattern, destination);
  return Object.fromEntries(destination.links);
}

function failureOf(act: () => unknown): CaptureError | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof CaptureError) return error;
    throw error;
  }
}

function latin1(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}
