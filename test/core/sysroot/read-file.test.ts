import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  NotRegularFileError,
  readRegularFile,
  statRegularFile,
} from '../../../src/core/sysroot/read-file.ts';
import { NOT_FILES } from '../../builders/hostile-files.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

describe('only regular files are read', () => {
  it.each(NOT_FILES)('refuses $what at once', async ({ put }) => {
    const path = join(temporaryFolder(), 'libfoo.so.1');
    await put(path);
    expect(() => readRegularFile(path, 1000)).toThrow(NotRegularFileError);
  });

  it('says what it found instead', () => {
    const path = join(temporaryFolder(), 'libfoo.so.1');
    mkdirSync(path);
    expect(() => readRegularFile(path, 1000)).toThrow(
      `${path}: a regular file was expected, but this is a directory`,
    );
  });

  it('refuses a file that is larger than such a file may be, without reading it', () => {
    const path = join(temporaryFolder(), 'large');
    writeFileSync(path, '');
    truncateSync(path, 2 ** 40);
    expect(() => readRegularFile(path, 1000)).toThrow('1099511627776 bytes are more than the 1000');
  });

  it('reads a file that is as large as it may be, and not one that is a byte larger', () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, 'content');
    expect(readRegularFile(path, 7).toString()).toBe('content');
    expect(() => readRegularFile(path, 6)).toThrow('7 bytes are more than the 6');
  });

  it('reads a file through a link', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'content');
    symlinkSync('file', join(folder, 'link'));
    expect(readRegularFile(join(folder, 'link'), 1000).toString()).toBe('content');
  });

  it('knows a file again by any of its names', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'content');
    symlinkSync('file', join(folder, 'link'));
    writeFileSync(join(folder, 'other'), 'content');
    const identity = statRegularFile(join(folder, 'link'));
    expect(statRegularFile(join(folder, 'file'))).toBe(identity);
    expect(statRegularFile(join(folder, 'other'))).not.toBe(identity);
  });
});
