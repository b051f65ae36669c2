import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInspector } from '../../../src/core/sysroot/inspector.ts';
import { NotRegularFileError } from '../../../src/core/sysroot/read-file.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

describe('an inspector', () => {
  it('says the same of a folder however often and in which order it is asked', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'file'), '');
    writeFileSync(Buffer.from(`${folder}/lib\xe9`, 'latin1'), '');
    symlinkSync('nowhere', join(folder, 'link'));
    const kinds = { folder: 'directory', file: 'file', 'lib\udce9': 'file', link: 'link' };
    const names = fc.constantFrom(...Object.keys(kinds), ...Array.from({ length: 30 }, (_, n) => `no-${n}`));
    fc.assert(
      fc.property(fc.array(names, { minLength: 20, maxLength: 60 }), (asked) => {
        const inspector = createInspector();
        for (const name of asked) {
          const kind = Object.entries(kinds).find(([known]) => known === name)?.[1] ?? 'none';
          expect(inspector.entryAt(join(folder, name)).kind).toBe(kind);
        }
      }),
    );
  });

  it('gives the same error for what is no regular file, each time', () => {
    const folder = temporaryFolder();
    const inspector = createInspector();
    for (let time = 0; time < 2; time++) expect(() => inspector.fileAt(folder)).toThrow(NotRegularFileError);
  });
});
