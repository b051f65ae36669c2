// Bundles the executables into a folder. Used by the build and, into a folder of its own, by the tests.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';
import { keepBytecode } from './install/keep-bytecode.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Programs of one CommonJS file without packages: they are launched over and over, and nothing starts more quickly. */
const SMALL = {
  // A third of what it takes beyond an empty node is V8 reading its text, which is half as long this way.
  'capture-libs': { entry: 'src/core/capture/main.ts', minify: true },
  'node-timer': { entry: 'src/launch/node-timer-main.ts', minifySyntax: true },
  'capture-once': { entry: 'src/runner/capture-once-main.ts', minifySyntax: true },
};

/** What the native capture-libs has in place of modules of Node. */
const NATIVE_MODULES = {
  'node:fs': './src/native/fs.ts',
  'node:buffer': './src/native/buffer.ts',
  'node:process': './src/native/process.ts',
};

/**
 * Writes the small programs and launchbench.js, and the modules of the last, into `outdir`; and
 * capture-libs.native.js, which scripts/install/build-native.mjs makes an executable of.
 */
export async function bundle(outdir) {
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    define: { LAUNCHBENCH_VERSION: JSON.stringify(version), LAUNCHBENCH_COMMIT: JSON.stringify(commit()) },
  };
  for (const [name, { entry, ...minified }] of Object.entries(SMALL)) {
    await build({
      ...common,
      ...minified,
      plugins: [GLOBAL_PROCESS],
      entryPoints: [entry],
      format: 'cjs',
      banner: { js: '#!/usr/bin/env node' },
      outfile: `${outdir}/${name}.cjs`,
    });
    chmodSync(`${outdir}/${name}.cjs`, 0o755);
  }
  await bundleNative('src/core/capture/main.ts', `${outdir}/capture-libs.native.js`, common);
  // The big program: CommonJS in parts that load when they are used, behind a small entry. The loader of ES modules
  // alone costs a fifth of an empty node, and V8 keeps no bytecode of them.
  const program = await rolldown({
    cwd: root,
    input: 'src/cli/program.ts',
    platform: 'node',
    transform: { target: common.target, define: common.define },
    checks: { emptyImportMeta: false }, // a default of chalk's or execa's that nothing asks for
    plugins: [LIGHT_YARGS],
    // Its main file asks for its parts in a way that no bundler can follow.
    resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
  });
  const { output } = await program.write({
    dir: outdir,
    format: 'cjs',
    comments: { legal: false }, // The licences stand in a file of their own, whole.
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
  });
  await program.close();
  await build({
    ...common,
    entryPoints: ['src/cli/main.ts'],
    format: 'cjs',
    plugins: [THROUGH_OPEN_BUNDLE],
    banner: { js: '#!/usr/bin/env node' },
    outfile: `${outdir}/launchbench.js`,
  });
  chmodSync(`${outdir}/launchbench.js`, 0o755);
  writeFileSync(
    `${outdir}/THIRD-PARTY-LICENSES.txt`,
    licences(output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))),
  );
  writeFileSync(`${outdir}/package.json`, '{ "type": "commonjs" }\n');
  keepBytecode(outdir);
}

/** `process` is there without being asked for; of what is asked for by default, esbuild copies every member. */
const GLOBAL_PROCESS = {
  name: 'global-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:process$/ }, ({ path }) => ({ path, namespace: 'global-process' }));
    onLoad({ filter: /.*/, namespace: 'global-process' }, () => ({ contents: 'export default process;' }));
  },
};

/**
 * yargs measures and sets its own help with two packages, whose Intl.Segmenter alone takes a third of an empty node's
 * start. Our help is set by help-page.ts, so the bundle does without them. Nor does it
 * load Node's assert, a tenth of that start, before something is wrong.
 */
const LIGHT_YARGS = {
  name: 'light-yargs',
  resolveId: (source, importer) =>
    source in LIGHT && importer?.endsWith('yargs/lib/platform-shims/esm.mjs') ? `light:${source}` : null,
  load: (id) => (id.startsWith('light:') ? LIGHT[id.slice('light:'.length)] : null),
};
const noLayout = `export default () => { throw new Error('yargs sets no help here'); };`;
const LIGHT = {
  cliui: noLayout,
  'string-width': noLayout,
  // Only Node's own words what is wrong.
  assert: Object.entries({ strictEqual: 'Object.is(a, b)', notStrictEqual: '!Object.is(a, b)' })
    .map(
      ([name, holds]) => `export function ${name}(a, b, ...words) {
        if (!(${holds})) process.getBuiltinModule('assert').${name}(a, b, ...words);
      }`,
    )
    .join('\n'),
};

/** The licences of all packages that are in the bundle, by name. */
function licences(inputs) {
  const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input) ?? []);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    const text = file === undefined ? `${manifest.license}\n` : readFileSync(`${folder}/${file}`, 'utf8');
    return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`;
  });
  return `launchbench.js contains these packages.\n\n${[...new Set(texts)].join(`\n${'-'.repeat(72)}\n\n`)}`;
}

/** Bundles a program for the engine, with our modules in place of Node's. */
export async function bundleNative(entry, outfile, common = { absWorkingDir: root, bundle: true }) {
  await build({
    ...common,
    entryPoints: [entry],
    // The functions of a module see each other without a search through all that a function around them holds.
    format: 'esm',
    platform: 'neutral',
    alias: NATIVE_MODULES,
    inject: ['./src/native/newer-methods.ts'],
    // Of the engine: QuickJS of 2021 knows the language of 2020, and members of classes.
    target: 'es2020',
    supported: { 'class-field': true, 'class-private-field': true, 'class-private-method': true },
    minifySyntax: true,
    outfile,
  });
}

/** The entry reaches the big program through open-bundle.ts, which knows where its bytecode is kept. */
const THROUGH_OPEN_BUNDLE = {
  name: 'through-open-bundle',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/program\.ts$/ }, () => ({ path: 'program', namespace: 'open-bundle' }));
    onLoad({ filter: /.*/, namespace: 'open-bundle' }, () => ({
      resolveDir: `${root}/src/cli`,
      contents: `import { join } from 'node:path';
        import { openBundle } from './open-bundle.ts';
        export const { runProgram } = openBundle(join(__dirname, 'program.cjs'));`,
    }));
  },
};

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
