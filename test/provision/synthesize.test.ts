import { describe, expect, it } from 'vitest';
import { bufferSource } from '../../src/core/sysroot/byte-reader.ts';
import { readElfDynamic } from '../../src/core/sysroot/elf-dynamic.ts';
import { parseElfHeader } from '../../src/core/sysroot/elf.ts';
import { cacheEntries } from '../builders/cache-entries.ts';
import { parseLdSoCache } from '../../src/core/sysroot/ld-so-cache.ts';
import type { Tuple } from '../../src/core/sysroot/architectures.ts';
import type { DriverSet } from '../../src/provision/driver-set.ts';
import { synthesize } from '../../src/provision/synthesize.ts';
import type { TreeEntry } from '../../src/provision/tree-entry.ts';
import { aDriverSet, aLibrary, aSyntheticDriver } from '../builders/scenario.ts';

const X86: readonly Tuple[] = ['x86_64-linux-gnu', 'i386-linux-gnu'];

/** Entries by path. */
function treeOf(set: Partial<DriverSet>, architectures: readonly Tuple[] = X86): Map<string, TreeEntry> {
  return new Map(synthesize(aDriverSet(set), architectures).map((entry) => [entry.path, entry]));
}

function bytesAt(tree: ReadonlyMap<string, TreeEntry>, path: string): Uint8Array {
  const entry = tree.get(path);
  if (entry?.kind !== 'file') throw new Error(`${path}: expected a file, found ${entry?.kind ?? 'nothing'}`);
  const { sizeBytes, pieces } = entry.content();
  const bytes = new Uint8Array(sizeBytes);
  for (const { offset, bytes: piece } of pieces) bytes.set(piece, offset);
  return bytes;
}

function textAt(tree: ReadonlyMap<string, TreeEntry>, path: string): string {
  return Buffer.from(bytesAt(tree, path)).toString();
}

describe('an empty driver set', () => {
  it('still has the dynamic linkers, a merged /usr and a cache', () => {
    const tree = treeOf({});
    expect(tree.get('/lib')).toMatchObject({ kind: 'symlink', target: 'usr/lib' });
    expect(tree.get('/usr/lib64/ld-linux-x86-64.so.2')).toMatchObject({
      kind: 'symlink',
      target: '../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
    });
    expect(tree.get('/usr/lib/ld-linux.so.2')).toMatchObject({ target: 'i386-linux-gnu/ld-linux.so.2' });
    expect(cacheEntries(parseLdSoCache(bytesAt(tree, '/etc/ld.so.cache')))).toEqual([]);
  });
});

describe('a library', () => {
  it('is written for every architecture, under its file name, with a link for its SONAME', () => {
    const tree = treeOf({ libraries: [aLibrary({ soname: 'libz.so.1', file: 'libz.so.1.2.13' })] });
    for (const [tuple, bits] of [['x86_64-linux-gnu', 64] as const, ['i386-linux-gnu', 32] as const]) {
      const header = parseElfHeader(bufferSource(bytesAt(tree, `/usr/lib/${tuple}/libz.so.1.2.13`)));
      expect(header.bits).toBe(bits);
      expect(tree.get(`/usr/lib/${tuple}/libz.so.1`)).toMatchObject({ target: 'libz.so.1.2.13' });
    }
  });

  it('is in the cache under the path that ldconfig would list', () => {
    const tree = treeOf({ libraries: [aLibrary({ soname: 'libz.so.1' })] }, ['x86_64-linux-gnu']);
    expect(cacheEntries(parseLdSoCache(bytesAt(tree, '/etc/ld.so.cache')))).toEqual([
      { name: 'libz.so.1', path: '/lib/x86_64-linux-gnu/libz.so.1' },
    ]);
  });

  it('may be there for one architecture alone', () => {
    const tree = treeOf({ libraries: [aLibrary({ architectures: ['i386-linux-gnu'] })] });
    expect(tree.has('/usr/lib/i386-linux-gnu/libexample.so.1')).toBe(true);
    expect(tree.has('/usr/lib/x86_64-linux-gnu/libexample.so.1')).toBe(false);
  });
});

describe('the C library', () => {
  it('of a later release defines every version of an earlier one, and more', () => {
    const versions = (glibc: string): string => {
      const tree = treeOf({ glibc }, ['x86_64-linux-gnu']);
      return Buffer.from(bytesAt(tree, '/usr/lib/x86_64-linux-gnu/libc.so.6')).toString('latin1');
    };
    expect(versions('2.31')).toContain('GLIBC_2.31\0');
    expect(versions('2.31')).not.toContain('GLIBC_2.32');
    expect(versions('2.36')).toContain('GLIBC_2.31\0');
    expect(versions('2.36')).toContain('GLIBC_2.36\0');
  });
});

describe('a driver', () => {
  it('with several names is one file with hard links', () => {
    const driver = aSyntheticDriver({
      file: 'iris_dri.so',
      hardLinks: ['crocus_dri.so'],
      needs: ['libdrm.so.2'],
    });
    const tree = treeOf({ drivers: [driver] }, ['x86_64-linux-gnu']);
    const folder = '/usr/lib/x86_64-linux-gnu/dri';
    const header = parseElfHeader(bufferSource(bytesAt(tree, `${folder}/iris_dri.so`)));
    expect(readElfDynamic(header).needed).toEqual(['libdrm.so.2']);
    expect(tree.get(`${folder}/crocus_dri.so`)).toMatchObject({
      kind: 'hard-link',
      target: `${folder}/iris_dri.so`,
    });
  });

  it.each([
    { by: 'path', expected: '/usr/lib/x86_64-linux-gnu/libvulkan_a.so' },
    { by: 'soname', expected: 'libvulkan_a.so' },
    { by: 'relative', expected: '../../../lib/x86_64-linux-gnu/libvulkan_a.so' },
  ] as const)('is named by its manifest: by $by', ({ by, expected }) => {
    const driver = aSyntheticDriver({
      driverClass: 'vulkan-icd',
      file: 'libvulkan_a.so',
      manifest: { file: 'a.json', by, layer: null, libraryArch: false, broken: false },
    });
    const tree = treeOf({ drivers: [driver] }, ['x86_64-linux-gnu']);
    expect(JSON.parse(textAt(tree, '/usr/share/vulkan/icd.d/a.json'))).toMatchObject({
      ICD: { library_path: expected },
    });
  });

  it('named by path has a manifest for each architecture', () => {
    const driver = aSyntheticDriver({
      driverClass: 'vulkan-icd',
      file: 'libvulkan_a.so',
      manifest: { file: 'a.{arch}.json', by: 'path', layer: null, libraryArch: false, broken: false },
    });
    const tree = treeOf({ drivers: [driver] });
    expect(textAt(tree, '/usr/share/vulkan/icd.d/a.x86_64.json')).toContain(
      'x86_64-linux-gnu/libvulkan_a.so',
    );
    expect(textAt(tree, '/usr/share/vulkan/icd.d/a.i686.json')).toContain('i386-linux-gnu/libvulkan_a.so');
  });

  it('cannot have one manifest that names two paths', () => {
    const driver = aSyntheticDriver({
      driverClass: 'vulkan-icd',
      file: 'libvulkan_a.so',
      manifest: { file: 'a.json', by: 'path', layer: null, libraryArch: false, broken: false },
    });
    expect(() => treeOf({ drivers: [driver] })).toThrow(/a\.json names its library by path/u);
  });

  it('may have a manifest that is cut short', () => {
    const driver = aSyntheticDriver({
      driverClass: 'egl-icd',
      file: 'libEGL_a.so.0',
      manifest: { file: 'a.json', by: 'soname', layer: null, libraryArch: false, broken: true },
    });
    const tree = treeOf({ drivers: [driver] });
    expect(() => {
      JSON.parse(textAt(tree, '/usr/share/glvnd/egl_vendor.d/a.json'));
    }).toThrow(SyntaxError);
  });

  it.each([
    { problem: 'missing', there: undefined },
    { problem: 'dangling', there: 'symlink' },
    { problem: 'not-elf', there: 'file' },
    { problem: 'wrong-abi', there: 'file' },
  ] as const)('can be $problem', ({ problem, there }) => {
    const tree = treeOf({ drivers: [aSyntheticDriver({ problem })] }, ['x86_64-linux-gnu']);
    expect(tree.get('/usr/lib/x86_64-linux-gnu/dri/example_dri.so')?.kind).toBe(there);
  });

  it('of a wrong ABI belongs to an architecture that the tree does not have', () => {
    const tree = treeOf({ drivers: [aSyntheticDriver({ problem: 'wrong-abi' })] }, ['x86_64-linux-gnu']);
    const bytes = bytesAt(tree, '/usr/lib/x86_64-linux-gnu/dri/example_dri.so');
    expect(parseElfHeader(bufferSource(bytes)).machine).not.toBe(62);
  });
});

describe('a tree that contradicts itself is refused', () => {
  it.each<{ what: string; set: Partial<DriverSet>; message: RegExp }>([
    {
      what: 'two files of one name',
      set: { drivers: [aSyntheticDriver(), aSyntheticDriver()] },
      message: /two things at .*example_dri\.so/u,
    },
    {
      what: 'a path through a link',
      set: { files: { '/lib/x': '' } },
      message: /below \/lib, which is a link/u,
    },
    {
      what: 'a path through a link that leads out of the tree',
      set: { symlinks: { '/out': '/' }, files: { '/out/etc/passwd': '' } },
      message: /below \/out, which is a link/u,
    },
    {
      what: 'a link below a link',
      set: { symlinks: { '/out': '/', '/out/x': 'y' } },
      message: /below \/out, which is a link/u,
    },
    { what: 'a path with ..', set: { files: { '/a/../../x': '' } }, message: /without "\." and "\.\."/u },
  ])('$what', ({ set, message }) => {
    expect(() => treeOf(set)).toThrow(message);
  });
});
