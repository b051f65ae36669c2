// Builds everything that is published: the executables (bundled, so that they start quickly), the
// library with its types, and the timing helper where there is a C compiler.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
rmSync('dist', { recursive: true, force: true });

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
  define: { LAUNCHBENCH_VERSION: JSON.stringify(version) },
};

/** Programs of one CommonJS file: they are launched over and over, and nothing starts more quickly. */
const single = {
  'capture-libs': 'src/core/capture/main.ts',
  'node-timer': 'src/launch/node-timer.ts',
};
for (const [name, entry] of Object.entries(single)) {
  if (!existsSync(entry)) continue;
  await build({
    ...common,
    entryPoints: [entry],
    format: 'cjs',
    minifySyntax: true,
    banner: { js: '#!/usr/bin/env node' },
    outfile: `dist/bin/${name}.cjs`,
  });
  chmodSync(`dist/bin/${name}.cjs`, 0o755);
}

// The big program: a small entry that answers --version, and chunks that are loaded when they are used.
if (existsSync('src/cli/main.ts')) {
  await build({
    ...common,
    entryPoints: { launchbench: 'src/cli/main.ts' },
    format: 'esm',
    splitting: true,
    packages: 'external',
    chunkNames: 'chunks/[name]-[hash]',
    outdir: 'dist/bin',
  });
  chmodSync('dist/bin/launchbench.js', 0o755);
}

execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
