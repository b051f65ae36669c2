import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errnoWords, systemErrorAtPath, systemErrorWords } from '../src/system-errors.ts';
import { temporaryFolder } from './builders/temporary-folder.ts';

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}

it('the path that an error is about stands before its words: of a link, where it was to be', () => {
  const folder = temporaryFolder();
  const pathOf = (act: () => unknown) => systemErrorAtPath(errorOf(act));
  expect(pathOf(() => readFileSync(join(folder, 'x')))).toBe(`${folder}/x: there is no such file or folder`);
  expect(
    pathOf(() => {
      symlinkSync('target', join(folder, 'x', 'y'));
    }),
  ).toBe(`${folder}/x/y: there is no such file or folder`);
  expect(systemErrorAtPath(new Error('a mistake'))).toBeNull();
});

describe('an error of the system', () => {
  it.each([
    { act: () => readFileSync('/nonexistent'), says: 'there is no such file or folder' },
    { act: () => readFileSync('/'), says: 'it is a folder' },
    { act: () => readdirSync('/etc/passwd'), says: 'a part of the path is not a folder' },
    { act: () => readFileSync(`/${'x'.repeat(300)}`), says: 'the name is too long' },
  ])('is in words: $says', ({ act, says }) => {
    expect(systemErrorWords(errorOf(act))).toBe(says);
  });

  it('that there are no words for leaves out its code, the system call and the path', () => {
    const error = Object.assign(new Error("EEXIST: file already exists, mkdir '/a'"), { code: 'EEXIST' });
    expect(systemErrorWords(error)).toBe('file already exists');
  });

  it('of which only the name is known is in words, too', () => {
    expect(errnoWords('EACCES')).toBe('permission denied');
    expect(errnoWords('EBADF')).toBe('EBADF');
  });
});

describe('any other error', () => {
  it('says what it says', () => {
    expect(systemErrorWords(new Error('Odd: number, 3'))).toBe('Odd: number, 3');
    expect(systemErrorWords('thrown')).toBe('thrown');
  });
});
