import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolders } from '../../../src/core/overrides/make-folders.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

it('makes a folder and those above it, and says that it was not there', () => {
  const folder = join(temporaryFolder(), 'a/b');
  expect(makeFolders(folder, 0o700)).toBe(true);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(makeFolders(folder)).toBe(false);
});

it('takes a folder that is there only when it is about to be made, as another process may make it meanwhile', () => {
  const top = temporaryFolder();
  // At the first look there is no way to `there`, which making `new` opens.
  mkdirSync(join(top, 'there'));
  expect(makeFolders(`${top}/new/../there`)).toBe(false);
  expect(existsSync(join(top, 'new'))).toBe(true);
});

it('fails where something else has the name', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolders(file)).toThrow(/EEXIST/);
});
