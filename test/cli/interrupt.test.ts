import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { executable } from '../builders/executables.ts';
import { PATIENCE } from '../builders/patience.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

/** Processes whose environment names this temporary folder: ours, and all that we started. */
function processesUsing(folder: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder);
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

describe('a run that is interrupted', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s ends with 130, its children and temporary trees gone',
    async (signal) => {
      const folder = temporaryFolder();
      const child = spawn(
        process.execPath,
        [executable('launchbench.js'), 'run', 'mesa-desktop', '--output', 'run.json'],
        {
          cwd: folder,
          env: { PATH: process.env['PATH'], TMPDIR: folder },
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
      const ended = once(child, 'exit');
      const said = text(child.stderr);
      await expect.poll(() => processesUsing(folder).length, PATIENCE).toBeGreaterThan(1);
      child.kill(signal);
      expect(await ended).toEqual([130, null]);
      expect(processesUsing(folder)).toEqual([]);
      // A file of results is there when something was measured, and nothing else is said of it then.
      const left = readdirSync(folder);
      expect(left.filter((name) => name !== 'run.json')).toEqual([]);
      expect(await said).toContain(left.length > 0 ? 'were kept' : 'launchbench: ');
      expect((await said).includes('were kept')).toBe(left.length > 0);
    },
  );

  it('twice at once still leaves no tree behind', async () => {
    const folder = temporaryFolder();
    const child = spawn(process.execPath, [executable('launchbench.js'), 'run', 'mesa-desktop'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], TMPDIR: folder },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    const trees = () => readdirSync(folder).filter((name) => name.startsWith('launchbench-'));
    const begun = () => trees().flatMap((tree) => readdirSync(`${folder}/${tree}`));
    await expect.poll(begun, PATIENCE).toContain('0');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await ended).toEqual([130, null]);
    expect(trees()).toEqual([]);
  });
});
