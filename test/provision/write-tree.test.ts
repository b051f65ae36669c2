import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentOf } from '../../src/provision/tree-entry.ts';
import { writeTree } from '../../src/provision/write-tree.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

const LETTERS = Buffer.from('letters');

describe('writing a tree', () => {
  it('makes what is listed, and the folders above it', async () => {
    const folder = temporaryFolder();
    await writeTree(
      [
        { kind: 'directory', path: '/empty/inner' },
        { kind: 'file', path: '/usr/lib/one', content: contentOf(LETTERS) },
        { kind: 'hard-link', path: '/usr/share/two', target: '/usr/lib/one' },
        { kind: 'symlink', path: '/lib', target: 'usr/lib' },
        { kind: 'file', path: '/lib/through-a-link', content: contentOf(Buffer.alloc(0)) },
      ],
      folder,
    );
    const at = (path: string): string => join(folder, path);
    expect(readdirSync(at('empty'))).toEqual(['inner']);
    expect(readFileSync(at('usr/lib/one'), 'utf8')).toBe('letters');
    expect(statSync(at('usr/share/two')).ino).toBe(statSync(at('usr/lib/one')).ino);
    expect(readlinkSync(at('lib'))).toBe('usr/lib');
    expect(readdirSync(at('usr/lib'))).toEqual(['one', 'through-a-link']);
  });

  it.each([
    { where: 'at its end', sizeBytes: 100_000, offset: 10 },
    { where: 'before its last piece', sizeBytes: 100_007, offset: 100_000 },
    { where: 'nowhere, as it is cut short', sizeBytes: 3, offset: 0 },
  ])('leaves holes in a file: $where', async ({ sizeBytes, offset }) => {
    const folder = temporaryFolder();
    const content = () => ({ sizeBytes, pieces: [{ offset, bytes: LETTERS }] });
    await writeTree([{ kind: 'file', path: '/file', content }], folder);
    const whole = Buffer.alloc(Math.max(sizeBytes, offset + LETTERS.length));
    LETTERS.copy(whole, offset);
    expect(readFileSync(join(folder, 'file')).equals(whole.subarray(0, sizeBytes))).toBe(true);
  });

  it('ends between two entries when it is interrupted', async () => {
    const folder = temporaryFolder();
    const interrupt = new AbortController();
    const entries = Array.from({ length: 5000 }, (_, index) => ({
      kind: 'file' as const,
      path: `/${index}`,
      content: contentOf(LETTERS),
    }));
    const written = writeTree(entries, folder, interrupt.signal);
    setImmediate(() => {
      interrupt.abort(new Error('interrupted'));
    });
    await expect(written).rejects.toThrow('interrupted');
    expect(readdirSync(folder).length).toBeLessThan(5000);
  });
});
