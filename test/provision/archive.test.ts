import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { type ArchiveLimits, unpackArchive } from '../../src/provision/archive.ts';
import { NOT_FILES } from '../builders/hostile-files.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { outputOf } from '../builders/programs.ts';

type TarHeader = Parameters<ReturnType<typeof pack>['entry']>[0];

/** A .tar whose entries are written as they are given, however absurd. */
async function aTar(entries: readonly (TarHeader & { readonly content?: string })[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of entries) tar.entry(header, content ?? '');
  tar.finalize();
  return await buffer(Readable.from(tar));
}

/** Writes the bytes as an archive, unpacks it, and returns the folder. */
async function unpacked(archive: Buffer, limits?: ArchiveLimits): Promise<string> {
  const work = temporaryFolder();
  writeFileSync(join(work, 'tree.tar.gz'), archive);
  mkdirSync(join(work, 'tree'));
  await unpackArchive(join(work, 'tree.tar.gz'), join(work, 'tree'), undefined, limits);
  return join(work, 'tree');
}

describe('unpackArchive', () => {
  it('keeps what tar -cz has packed: hard links, links of any text, permissions, empty folders', async () => {
    const work = temporaryFolder();
    const make = `
      mkdir -p usr/lib/dri empty && ln -s usr/lib lib && ln -s /etc/absolute gone
      echo driver > usr/lib/dri/a_dri.so && ln usr/lib/dri/a_dri.so usr/lib/dri/b_dri.so
      ln -s loop loop && ln gone second-gone
      mkdir "usr/$(printf 'n%.0s' $(seq 120))" && echo deep > "usr/$(printf 'n%.0s' $(seq 120))/file"
      chmod 0640 usr/lib/dri/a_dri.so && chmod 0500 empty
    `;
    mkdirSync(join(work, 'made'));
    outputOf('/bin/sh', ['-ec', make], { cwd: join(work, 'made') });
    outputOf('tar', ['-C', join(work, 'made'), '-czf', join(work, 'tree.tar.gz'), '.']);
    const tree = await unpacked(readFileSync(join(work, 'tree.tar.gz')));

    const driver = statSync(join(tree, 'usr/lib/dri/a_dri.so'));
    expect(driver.ino).toBe(statSync(join(tree, 'usr/lib/dri/b_dri.so')).ino);
    expect(driver.mode & 0o7777).toBe(0o640);
    expect(readlinkSync(join(tree, 'lib'))).toBe('usr/lib');
    expect(readlinkSync(join(tree, 'gone'))).toBe('/etc/absolute');
    expect(readlinkSync(join(tree, 'second-gone'))).toBe('/etc/absolute');
    expect(readlinkSync(join(tree, 'loop'))).toBe('loop');
    expect(readFileSync(join(tree, 'usr', 'n'.repeat(120), 'file'), 'utf8')).toBe('deep\n');
    // Folders stay writable to us, or the tree could not be removed.
    expect(statSync(join(tree, 'empty')).mode & 0o777).toBe(0o700);
  });

  it('drops set-user-id and the like', async () => {
    const tree = await unpacked(gzipSync(await aTar([{ name: 'su', mode: 0o4755, content: 'x' }])));
    expect(statSync(join(tree, 'su')).mode & 0o7777).toBe(0o755);
  });

  it.each<{ what: string; entries: readonly (TarHeader & { content?: string })[]; message: RegExp }>([
    { what: 'a path that leads out', entries: [{ name: '../x', content: 'x' }], message: /leads out/u },
    { what: 'a hidden ..', entries: [{ name: 'a/b/../../../x', content: 'x' }], message: /leads out/u },
    {
      what: 'a file written through a link',
      entries: [
        { name: 'out', type: 'symlink', linkname: '/tmp' },
        { name: 'out/x', content: 'x' },
      ],
      message: /below "out", which is a symlink/u,
    },
    {
      what: 'a link in the place of a folder',
      entries: [
        { name: 'out', type: 'directory' },
        { name: 'out', type: 'symlink', linkname: '/tmp' },
      ],
      message: /"out" is there twice/u,
    },
    {
      what: 'a file in the place of a link',
      entries: [
        { name: 'x', type: 'symlink', linkname: '/tmp/x' },
        { name: 'x', content: 'x' },
      ],
      message: /"x" is there twice/u,
    },
    {
      what: 'a hard link to what is not in the archive',
      entries: [{ name: 'x', type: 'link', linkname: '/etc/passwd' }],
      message: /etc\/passwd", which is no file/u,
    },
    {
      what: 'a hard link that leads out',
      entries: [{ name: 'x', type: 'link', linkname: '../../etc/passwd' }],
      message: /leads out/u,
    },
    {
      what: 'a device',
      entries: [{ name: 'null', type: 'character-device', devmajor: 1, devminor: 3 }],
      message: /character-device/u,
    },
    { what: 'a FIFO', entries: [{ name: 'fifo', type: 'fifo' }], message: /fifo/u },
    {
      what: 'a link to nothing',
      entries: [{ name: 'x', type: 'symlink', linkname: '' }],
      message: /a link to ""/u,
    },
    {
      what: 'a link of more text than a link has',
      entries: [{ name: 'x', type: 'symlink', linkname: 'y'.repeat(5000) }],
      message: /"x" is a link to "y{100}…", which no link can be/u,
    },
    {
      what: 'a name of 300 bytes',
      entries: [{ name: 'é'.repeat(150), content: 'x' }],
      message: /longer than/u,
    },
    { what: 'a path of 20,000 folders', entries: [{ name: 'd/'.repeat(20_000) }], message: /longer than/u },
    {
      what: 'a name of two lines',
      entries: [{ name: '../x\n::error::y' }],
      message: /"\.\.\/x\\n::error::y"/u,
    },
  ])('refuses $what', async ({ entries, message }) => {
    const archive = gzipSync(await aTar(entries));
    await expect(unpacked(archive)).rejects.toThrow(message);
    await expect(unpacked(archive)).rejects.toBeInstanceOf(FormatError);
  });

  it.each(NOT_FILES)('refuses $what in place of an archive, at once', async ({ put }) => {
    const work = temporaryFolder();
    await put(join(work, 'tree.tar.gz'));
    await expect(unpackArchive(join(work, 'tree.tar.gz'), work)).rejects.toThrow(
      /a regular file was expected/u,
    );
  });

  it('takes an absolute path as one inside the tree', async () => {
    const tree = await unpacked(gzipSync(await aTar([{ name: '/etc/x', content: 'x' }])));
    expect(readFileSync(join(tree, 'etc/x'), 'utf8')).toBe('x');
  });

  it('stops at a bomb', async () => {
    const limits = { bytes: 1_000_000, entries: 100 };
    const zeros = gzipSync(Buffer.alloc(20_000_000));
    await expect(unpacked(zeros, limits)).rejects.toThrow(/grows beyond 1000000 bytes/u);
    const many = Array.from({ length: 101 }, (_, index) => ({ name: `f${index}`, content: '' }));
    await expect(unpacked(gzipSync(await aTar(many)), limits)).rejects.toThrow(/more than 100 entries/u);
  });

  it('writes nothing of an archive that it refuses for its size, however late that shows', async () => {
    const work = temporaryFolder();
    const archive = join(work, 'tree.tar.gz');
    const entries = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
    writeFileSync(archive, gzipSync(await aTar(entries)));
    mkdirSync(join(work, 'tree'));
    const limits = { bytes: 1_000_000, entries: 2 };
    await expect(unpackArchive(archive, join(work, 'tree'), undefined, limits)).rejects.toThrow(/entries/u);
    expect(readdirSync(join(work, 'tree'))).toEqual([]);
  });

  it.each([
    { what: 'plain text', archive: () => Promise.resolve(Buffer.from('hello')) },
    { what: 'a tar without gzip', archive: () => aTar([{ name: 'x', content: 'x' }]) },
    {
      what: 'an archive cut short',
      archive: async () => gzipSync(await aTar([{ name: 'x', content: 'abc'.repeat(9999) }])).subarray(0, 90),
    },
  ])('says that $what is no usable archive', async ({ archive }) => {
    await expect(unpacked(await archive())).rejects.toThrow(/tree\.tar\.gz: not a usable \.tar\.gz/u);
  });

  it('never writes outside its folder, whatever the names are', async () => {
    const segment = fc.constantFrom('..', '.', '', 'a', 'b', 'c', '/');
    const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/') || 'x');
    const entry = fc.oneof(
      path.map((name) => ({ name, content: 'x' })),
      path.map((name) => ({ name, type: 'directory' as const })),
      fc.tuple(path, path).map(([name, linkname]) => ({ name, linkname, type: 'symlink' as const })),
      fc.tuple(path, path).map(([name, linkname]) => ({ name, linkname, type: 'link' as const })),
    );
    const work = temporaryFolder();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 8 }), async (entries) => {
        const folder = join(work, `${++run}`, 'tree');
        mkdirSync(folder, { recursive: true });
        const archive = join(work, `${run}`, 'tree.tar.gz');
        writeFileSync(archive, gzipSync(await aTar(entries)));
        const refusal = await unpackArchive(archive, folder).then(
          () => null,
          (error: unknown) => error,
        );
        expect(refusal === null || refusal instanceof FormatError).toBe(true);
        expect(readdirSync(join(work, `${run}`)).sort()).toEqual(['tree', 'tree.tar.gz']);
      }),
      { numRuns: 150 },
    );
    expect(existsSync(join(work, 'a'))).toBe(false);
    expect(lstatSync(work).isDirectory()).toBe(true);
  });

  it('stops when it is told to', async () => {
    const work = temporaryFolder();
    writeFileSync(join(work, 'tree.tar.gz'), gzipSync(await aTar([{ name: 'x', content: 'x' }])));
    const reason = new Error('stop');
    const stopped = unpackArchive(join(work, 'tree.tar.gz'), work, AbortSignal.abort(reason));
    await expect(stopped).rejects.toBe(reason);
    expect(existsSync(join(work, 'x'))).toBe(false);
  });

  it('refuses a size when it is announced, before anything of it is written', async () => {
    const tar = await aTar([{ name: 'big', content: 'x' }]);
    // The size, and then the sum of the header with blanks in its own place. Source: tar(5).
    tar.write('00010000000\0', 124, 'latin1');
    tar.write(' '.repeat(8), 148, 'latin1');
    const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    await expect(unpacked(gzipSync(tar), { bytes: 2 ** 20, entries: 10 })).rejects.toThrow(
      'with "big", its files have more than 1048576 bytes',
    );
  });
});
