// Bundles the executables into a folder. Used by the build and, into a folder of its own, by the tests.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Packages in CommonJS, bundled into ES modules, ask for Node's own modules with `require`. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

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
  const { metafile } = await build({
    ...common,
    entryPoints: ['src/cli/program.ts'],
    format: 'esm',
    splitting: true,
    banner: { js: REQUIRE },
    plugins: [WITHOUT_LAYOUT],
    // Its main file asks for its parts in a way that no bundler can follow.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    metafile: true,
    legalComments: 'none', // The licences stand in a file of their own, whole.
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
  writeFileSync(`${outdir}/THIRD-PARTY-LICENSES.txt`, licences(Object.keys(metafile.inputs)));
  writeFileSync(`${outdir}/package.json`, '{ "type": "commonjs" }\n');
}

/**
 * yargs measures and sets its own help with two packages, whose Intl.Segmenter alone takes a third of an empty node's
 * start. Our help is set by help-page.ts, so the bundle does without them.
 */
const WITHOUT_LAYOUT = {
  name: 'without-layout',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(cliui|string-width)$/ }, ({ path, importer }) =>
      importer.endsWith('yargs/lib/platform-shims/esm.mjs')
        ? { path, namespace: 'without-layout' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'without-layout' }, ({ path }) => ({
      contents: `export default () => { throw new Error('${path} is not bundled: yargs sets no help here'); };`,
    }));
  },
};

/** The licences of all packages that are in the bundle, by name. */
function licences(inputs) {
  const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input) ?? []);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const manifest = JSON.parse(readFileSync(`${root}/${folder}/package.json`, 'utf8'));
    const file = readdirSync(`${root}/${folder}`).find((name) => /^licen[cs]e/i.test(name));
    const text =
      file === undefined ? `${manifest.license}\n` : readFileSync(`${root}/${folder}/${file}`, 'utf8');
    return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`;
  });
  return `launchbench.js contains these packages.\n\n${[...new Set(texts)].join(`\n${'-'.repeat(72)}\n\n`)}`;
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
