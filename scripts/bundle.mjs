// Bundles the executables into a folder. Used by the build and, into a folder of its own, by the tests.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Programs of one CommonJS file without packages: they are launched over and over, and nothing starts more quickly. */
const SMALL = {
  'capture-libs': 'src/core/capture/main.ts',
  'node-timer': 'src/launch/node-timer-main.ts',
  'capture-once': 'src/runner/capture-once-main.ts',
};

/** Writes the small programs and launchbench.js, and the modules of the last, into `outdir`. */
export async function bundle(outdir) {
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    define: { LAUNCHBENCH_VERSION: JSON.stringify(version), LAUNCHBENCH_COMMIT: JSON.stringify(commit()) },
  };
  for (const [name, entry] of Object.entries(SMALL)) {
    await build({
      ...common,
      entryPoints: [entry],
      format: 'cjs',
      minifySyntax: true,
      banner: { js: '#!/usr/bin/env node' },
      outfile: `${outdir}/${name}.cjs`,
    });
    chmodSync(`${outdir}/${name}.cjs`, 0o755);
  }
  // The big program: ES modules that load when they are used, behind a small CommonJS entry.
  await build({
    ...common,
    entryPoints: ['src/cli/program.ts'],
    format: 'esm',
    splitting: true,
    packages: 'external',
    chunkNames: 'chunks/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    outdir,
  });
  await build({
    ...common,
    entryPoints: ['src/cli/main.ts'],
    format: 'cjs',
    plugins: [staysApart(/^\.\/program\.ts$/, './program.mjs')],
    banner: { js: '#!/usr/bin/env node' },
    outfile: `${outdir}/launchbench.js`,
  });
  chmodSync(`${outdir}/launchbench.js`, 0o755);
  writeFileSync(`${outdir}/package.json`, '{ "type": "commonjs" }\n');
}

/** Leaves a module out of a bundle, which loads it from a file of its own. */
function staysApart(filter, path) {
  return {
    name: 'stays-apart',
    setup({ onResolve }) {
      onResolve({ filter }, () => ({ path, external: true }));
    },
  };
}

/** The commit that is being built, marked when it has been changed; null outside of a repository. */
function commit() {
  try {
    const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    const args = ['describe', '--always', '--dirty', '--exclude=*', '--abbrev=12'];
    return existsSync(`${root}/.git`) ? execFileSync('git', args, options).trim() : null;
  } catch {
    return null;
  }
}
