import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { executable } from '../builders/executables.ts';

const folder = join(executable('launchbench.js'), '..');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.[cm]?js$/u.test(name),
);

describe('the bundled programs', () => {
  it('need no package: nothing is installed with them', () => {
    const imported = files.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/ = require\(["']([^"']+)["']\);$/gmu)].map(
        ([, name]) => name ?? '',
      ),
    );
    expect(imported.filter((name) => !name.startsWith('.') && !isBuiltin(name))).toEqual([]);
    expect(imported.length).toBeGreaterThan(100);
    expect(manifest).not.toHaveProperty('dependencies');
  });

  it('come with the licences of the packages in them', () => {
    const licences = readFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of [
      'yargs',
      'yargs-parser',
      'zod',
      'execa',
      'chalk',
      'cli-table3',
      'yaml',
      'tar-stream',
    ]) {
      expect(licences).toMatch(
        new RegExp(`^${name} [\\d.]+ \\([\\w-]+\\)\\n\\n[^\\n]*(?:Copyright|MIT|ISC|License)`, 'mu'),
      );
    }
  });
});
