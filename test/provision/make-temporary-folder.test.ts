import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keepTemporaryFolder, makeTemporaryFolder } from '../../src/provision/make-temporary-folder.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

describe('makeTemporaryFolder', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('gives an absolute path when TMPDIR is a relative one', () => {
    const place = temporaryFolder();
    vi.stubEnv('TMPDIR', relative(process.cwd(), place));
    expect(makeTemporaryFolder()).toMatch(new RegExp(`^${place}/launchbench-`));
  });

  it('removes what a killed process left, and nothing else', async () => {
    const place = temporaryFolder();
    vi.stubEnv('TMPDIR', place);
    const [ours, kept] = [makeTemporaryFolder(), makeTemporaryFolder()];
    keepTemporaryFolder(kept);
    const owner = readFileSync(join(ours, '.owner'), 'utf8');
    const gone = owner.replace(` ${process.pid} `, ` ${await pidOfNobody()} `);
    const folders = {
      abandoned: gone,
      'of another boot': gone.replace(/^[^/]*/, 'another-boot'),
      'of a process with this number that was started later': owner.replace(/\d+$/, '1'),
      strange: 'x'.repeat(10),
      empty: '',
    };
    for (const [name, content] of Object.entries(folders)) {
      mkdirSync(join(place, `launchbench-${name}`, 'tree'), { recursive: true });
      writeFileSync(join(place, `launchbench-${name}`, '.owner'), content);
    }
    mkdirSync(join(place, 'launchbench-without-owner'));

    makeTemporaryFolder();
    const left = (name: string) => existsSync(join(place, `launchbench-${name}`));
    expect(Object.keys(folders).filter(left)).toEqual(['of another boot', 'strange', 'empty']);
    expect([left('without-owner'), existsSync(ours), existsSync(kept)]).toEqual([true, true, true]);
  });
});

async function pidOfNobody(): Promise<number> {
  const child = execa('true');
  await child;
  return child.pid ?? 0;
}
