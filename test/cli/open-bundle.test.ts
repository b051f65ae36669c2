import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBundle } from '../../src/cli/open-bundle.ts';
import { executable } from '../builders/executables.ts';

describe('openBundle', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    writeFileSync(
      join(folder, 'words.cjs'),
      "exports.once = { loaded: require('node:path').basename(__filename) };",
    );
    writeFileSync(
      join(folder, 'program.cjs'),
      "const { once } = require('./words.cjs'); module.exports = { once, same: once === require('./words.cjs').once };",
    );
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const opened = { once: { loaded: 'words.cjs' }, same: true };

  it('loads a bundle of several files, each once', () => {
    expect(openBundle(join(folder, 'program.cjs'))).toEqual(opened);
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['of something else', Buffer.alloc(4096, 7)],
  ])('compiles a file whose bytecode is %s', (_, bytecode) => {
    writeFileSync(join(folder, 'program.cjs.bytecode'), bytecode);
    expect(openBundle(join(folder, 'program.cjs'))).toEqual(opened);
  });
});

describe('the bytecode of the built program', () => {
  const program = executable('launchbench.js');
  const bytecode = join(program, '../program.cjs.bytecode');

  it('lies beside it, of what the usual commands run', () => {
    expect(readFileSync(bytecode).length).toBeGreaterThan(1000);
  });

  it('is left as it is by a run that was not asked to keep any', async () => {
    const before = readFileSync(bytecode);
    await execa(process.execPath, [program, '--help']);
    expect(readFileSync(bytecode).equals(before)).toBe(true);
    expect(existsSync(`${bytecode}.${String(process.pid)}`)).toBe(false);
  });
});
