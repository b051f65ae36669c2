import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errnoWords, systemErrorWords } from '../src/system-errors.ts';

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}

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
