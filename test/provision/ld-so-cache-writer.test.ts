import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheEntries } from '../builders/cache-entries.ts';
import { parseLdSoCache } from '../../src/core/sysroot/ld-so-cache.ts';
import { TUPLES } from '../../src/core/sysroot/architectures.ts';
import { writeLdSoCache } from '../../src/provision/ld-so-cache-writer.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { outputOf } from '../builders/programs.ts';

/** Lies in a folder that is not on everybody's PATH. */
const LDCONFIG = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((path) => existsSync(path));

const entry = fc.record({
  soname: fc.stringMatching(/^lib[a-z0-9._-]{1,12}\.so\.\d{1,3}$/u),
  path: fc.stringMatching(/^\/lib\/[a-z0-9._/-]{1,20}$/u),
  tuple: fc.constantFrom(...TUPLES),
});

describe('writeLdSoCache', () => {
  it('writes what the reader reads', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 50 }), (entries) => {
        const read = cacheEntries(parseLdSoCache(writeLdSoCache(entries)));
        const key = ({ soname, path }: { soname: string; path: string }): string => `${soname} ${path}`;
        expect(read.map(({ name, path }) => `${name} ${path}`).sort()).toEqual(entries.map(key).sort());
      }),
    );
  });

  it('puts names in the order that the dynamic linker searches: descending, numbers by value', () => {
    const sonames = ['libfoo.so.9', 'libfoo.so.10', 'libfoo.so', 'libfo.so.1', 'libfoo2.so.1', 'libfoo-a.so'];
    const cache = writeLdSoCache(
      sonames.map((soname) => ({ soname, path: `/lib/${soname}`, tuple: 'x86_64-linux-gnu' })),
    );
    expect(cacheEntries(parseLdSoCache(cache)).map(({ name }) => name)).toEqual([
      'libfoo2.so.1',
      'libfoo.so.10',
      'libfoo.so.9',
      'libfoo.so',
      'libfoo-a.so',
      'libfo.so.1',
    ]);
  });

  it.skipIf(LDCONFIG === undefined)('is read by ldconfig -p', () => {
    const path = join(temporaryFolder(), 'ld.so.cache');
    writeFileSync(
      path,
      writeLdSoCache([
        { soname: 'libfoo.so.1', path: '/lib/x86_64-linux-gnu/libfoo.so.1', tuple: 'x86_64-linux-gnu' },
        { soname: 'libfoo.so.1', path: '/lib/i386-linux-gnu/libfoo.so.1', tuple: 'i386-linux-gnu' },
        { soname: 'libbar.so.2', path: '/lib/aarch64-linux-gnu/libbar.so.2', tuple: 'aarch64-linux-gnu' },
      ]),
    );
    const printed = outputOf(LDCONFIG ?? '', ['-p', '-C', path]);
    expect(printed.split('\n').slice(1).join('\n')).toBe(
      [
        '\tlibfoo.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libfoo.so.1',
        '\tlibfoo.so.1 (libc6) => /lib/i386-linux-gnu/libfoo.so.1',
        '\tlibbar.so.2 (libc6,AArch64) => /lib/aarch64-linux-gnu/libbar.so.2',
        '',
      ].join('\n'),
    );
  });
});
