import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder of our package.json, at `start` or above it.
 *
 * @throws Error when there is none.
 */
export function packageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
      if (content instanceof Object && 'name' in content && content.name === 'launchbench') return folder;
    }
    if (folder === dirname(folder)) throw new Error(`No package.json of launchbench above ${start}`);
  }
}
