import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
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

/** A run in a folder of its own, which its temporary trees are made in as well. */
function startRun(folder: string, ...options: readonly string[]) {
  return execa(process.execPath, [executable('launchbench.js'), 'run', 'mesa-desktop', ...options], {
    ...{ cwd: folder, env: { PATH: process.env['PATH'], TMPDIR: folder }, extendEnv: false },
    ...{ stdin: 'ignore', reject: false },
  });
}

describe('a run that is interrupted', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s ends with 130, its children and temporary trees gone',
    async (signal) => {
      const folder = temporaryFolder();
      const run = startRun(folder, '--output', 'run.json');
      await expect.poll(() => processesUsing(folder).length, PATIENCE).toBeGreaterThan(1);
      run.kill(signal);
      const { exitCode, stderr } = await run;
      expect(exitCode).toBe(130);
      expect(processesUsing(folder)).toEqual([]);
      // A file of results is there when something was measured, and nothing else is said of it then.
      const left = readdirSync(folder);
      expect(left.filter((name) => name !== 'run.json')).toEqual([]);
      expect(stderr).toContain(left.length > 0 ? 'were kept' : 'launchbench: ');
      expect(stderr.includes('were kept')).toBe(left.length > 0);
    },
  );

  it('twice at once still leaves no tree behind, though a tool writes into it to the last', async () => {
    const folder = temporaryFolder();
    const tool = `#!/bin/sh
for word; do [ "$previous" = --dest ] && dest=$word; previous=$word; done
[ "$dest" ] || exit
while :; do mkdir -p "$dest/made-$((i += 1))"; done
`;
    writeFileSync(`${folder}/tool`, tool, { mode: 0o755 });
    const run = startRun(folder, '--strategy', 'batched', '--tool', `${folder}/tool`);
    const trees = () => readdirSync(folder).filter((name) => name.startsWith('launchbench-'));
    const written = () =>
      trees().flatMap((tree) => readdirSync(`${folder}/${tree}`, { recursive: true, encoding: 'utf8' }));
    await expect.poll(() => written().some((path) => path.endsWith('made-2')), PATIENCE).toBe(true);
    // Stopped meanwhile, it hears both in one turn: nothing has come of the first when the second one ends it.
    for (const signal of ['SIGSTOP', 'SIGINT', 'SIGTERM', 'SIGCONT'] as const) run.kill(signal);
    expect((await run).exitCode).toBe(130);
    expect(processesUsing(folder)).toEqual([]);
    expect(trees()).toEqual([]);
  });
});
