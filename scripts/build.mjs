// Builds everything that is published: the executables (bundled, so that they start quickly) and the
// library with its types; and, where it can be had, the native capture-libs.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';
import { buildNative } from './install/build-native.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
for (const part of ['bin', 'lib']) rmSync(`${root}/dist/${part}`, { recursive: true, force: true });
await bundle(`${root}/dist/bin`);
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
console.log((await buildNative(root)).message);
