import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatResults } from '../../src/results/format-results.ts';
import type { Results } from '../../src/results/results.ts';
import { launchbench, launchbenchProcess, type Ran, type Surroundings } from './launchbench.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A folder to work in: files as literals, results as values, and `launchbench` run there, built or from its sources. */
export interface ResultsFolder {
  readonly path: string;
  readonly read: (file: string) => string;
  readonly launchbench: Run;
  readonly launchbenchProcess: Run;
}

type Run = (args: readonly string[], env?: Surroundings['env']) => Promise<Ran>;

/** Makes a folder that holds these files; it is removed after the test, or when `temporaryFolder` is told to. */
export function aFolderOf(
  files: Readonly<Record<string, string | Results>>,
  ...whenDone: Parameters<typeof temporaryFolder>
): ResultsFolder {
  const path = temporaryFolder(...whenDone);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), typeof content === 'string' ? content : formatResults(content));
  }
  return {
    path,
    read: (file) => readFileSync(join(path, file), 'utf8'),
    launchbench: (args, env) => launchbench(args, { cwd: path, ...(env && { env }) }),
    launchbenchProcess: (args, env) => launchbenchProcess(args, { cwd: path, ...(env && { env }) }),
  };
}
