import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { findInstallation } from '../../src/cli/installation.ts';
import { openWorld } from '../../src/cli/world.ts';
import { executable } from '../builders/executables.ts';
import { PATIENCE } from '../builders/patience.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

it('a temporary folder is removed although something is made in it meanwhile', async () => {
  const place = temporaryFolder();
  const folder = join(place, 'tree');
  for (let index = 0; index < 5000; index++) mkdirSync(join(folder, `before-${index}`), { recursive: true });
  const { world, close } = aWorld();
  world.addTemporaryFolder(folder);
  const maker = execa('sh', ['-c', 'while mkdir "$0/$((i += 1))"; do :; done', folder], { reject: false });
  await expect.poll(() => existsSync(join(folder, '1')), PATIENCE).toBe(true);
  await close();
  await maker;
  expect(readdirSync(place)).toEqual([]);
});

function aWorld() {
  const host = Object.assign(new EventEmitter(), {
    ...{ env: {}, cwd: () => '/', stdout: new PassThrough(), stderr: new PassThrough() },
    exit(status: number): never {
      throw new Error(`ended with status ${status}`);
    },
  });
  const options = { color: false, quiet: false, verbose: false };
  return openWorld([], options, findInstallation(pathToFileURL(executable('launchbench.js')).href), host);
}
