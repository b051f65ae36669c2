import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileSystemOf } from '../../src/machine/machine-facts.ts';
import { placeForTrees } from '../../src/machine/place-for-trees.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

const MEMORY = '/dev/shm';
const MEGABYTE = 1024 * 1024;

describe('placeForTrees', () => {
  beforeEach(() => {
    for (const variable of ['TMPDIR', 'TMP', 'TEMP']) vi.stubEnv(variable, '');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('is the folder for temporary files that the user names', () => {
    const named = temporaryFolder();
    vi.stubEnv('TMPDIR', named);
    expect(placeForTrees(MEGABYTE)).toBe(named);
  });

  it.runIf(fileSystemOf(MEMORY) === 'tmpfs')('is a file system in memory when nothing is said', () => {
    expect(fileSystemOf(placeForTrees(MEGABYTE))).toBe('tmpfs');
  });

  it('is where the system keeps such files when what is in memory has too little room', () => {
    expect(placeForTrees(2 ** 60)).toBe(tmpdir());
  });

  it('passes over what is no file system in memory, or is not there', () => {
    expect(placeForTrees(MEGABYTE, ['/proc', '/no such folder'])).toBe(tmpdir());
  });
});
