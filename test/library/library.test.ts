import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provisionScenario } from '../../src/provision/provision.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { executable } from '../builders/executables.ts';
import { installed } from '../builders/needs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { asStack, EXAMPLE_ORIGIN } from '../builders/scenario.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
/** Without V8's optimizing, which takes a third of the time of a compiler that runs for seconds. */
const tsc = ['--no-opt', join(project, 'node_modules/typescript/bin/tsc')] as const;
/** What is longer hangs: a compilation takes half a minute on a machine with other work. */
const LIMIT_MS = 100_000;

/** The program of the README, as it stands there. */
const EXAMPLE = /```ts\n(.*?)```/s.exec(readFileSync(join(project, 'README.md'), 'utf8'))?.[1] ?? '';

/** Whoever calls it: compiled with it against the built types, and then run. */
const CALLER = `
import { captureFor } from './example.js';
import { captureGraphics, STRATEGIES, type StrategyName, UsageError } from 'launchbench';

const [provider = '', container = '', overrides = ''] = process.argv.slice(2);
const found = [];
for (const strategy of Object.keys(STRATEGIES) as StrategyName[]) {
  const options = { provider, container, overrides: overrides + strategy, strategy };
  const stack = await captureGraphics({ ...options, architectures: ['x86_64-linux-gnu'] });
  const variables = Object.keys(stack.env).length;
  found.push({ strategy, calls: stack.captureCalls.length, launches: stack.launches.total, variables: variables > 0 });
}
const example = Object.keys(await captureFor(container, overrides + 'example')).length > 0;
const refused: string[] = [];
for (const wrong of [{ architectures: ['x86_64'] }, { architectures: [] }, { strategy: 'bached' as StrategyName }]) {
  await captureGraphics({ provider, container, overrides: overrides + 'no', ...wrong }).catch((error: unknown) => {
    if (error instanceof UsageError) refused.push(error.message);
  });
}
console.log(JSON.stringify({ found, example, refused }));
`;

describe('the package, as its users import it', () => {
  // Inside the project, so that what the library itself imports is found.
  const home = join(project, 'node_modules/.cache');
  let folder = '';

  beforeAll(async () => {
    mkdirSync(home, { recursive: true });
    folder = mkdtempSync(join(home, 'launchbench-library-'));
    const installed = join(folder, 'package');
    mkdirSync(installed);
    cpSync(join(project, 'package.json'), join(installed, 'package.json'));
    const built = join(installed, 'dist/lib');
    // Not checked here: the sources are by `npm run types`, and the declarations below.
    const settings = join(project, 'tsconfig.build.json');
    await execa(process.execPath, [...tsc, '-p', settings, '--outDir', built, '--noCheck'], {
      timeout: LIMIT_MS,
    });
    mkdirSync(join(installed, 'dist/bin'));
    cpSync(executable('capture-libs.cjs'), join(installed, 'dist/bin/capture-libs.cjs'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(installed, join(folder, 'node_modules/launchbench'));
    symlinkSync(join(project, 'node_modules/@types'), join(folder, 'node_modules/@types'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'example.ts'), EXAMPLE);
    writeFileSync(join(folder, 'caller.ts'), CALLER);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const compilations = new Map<string, ReturnType<typeof compile>>();

  /** What came of compiling them, which is done once for all tests. */
  function compiled(module: 'bundler' | 'nodenext'): ReturnType<typeof compile> {
    const compilation = compilations.get(module) ?? compile(module);
    compilations.set(module, compilation);
    return compilation;
  }

  /**
   * Compiles the two programs strictly, the declarations of the library included, but not those that came with the
   * compiler. Both are named: below node_modules a file that is only imported is not compiled.
   */
  async function compile(module: 'bundler' | 'nodenext'): Promise<{ stdout: string; stderr: string }> {
    const how = module === 'bundler' ? ['esnext', '--moduleResolution', 'bundler', '--noEmit'] : ['nodenext'];
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipDefaultLibCheck'];
    const target = ['--target', 'es2023', '--lib', 'es2023', '--types', 'node'];
    const { stdout, stderr } = await execa(
      process.execPath,
      [...tsc, '--ignoreConfig', ...strict, ...target, '--module', ...how, 'example.ts', 'caller.ts'],
      { cwd: folder, timeout: LIMIT_MS, reject: false },
    );
    return { stdout, stderr };
  }

  it.each(['bundler', 'nodenext'] as const)(
    'has types that the strict program of the README compiles against, resolved as by %s',
    async (module) => {
      await expect(compiled(module)).resolves.toEqual({ stdout: '', stderr: '' });
    },
  );

  it('captures a stack as the README shows, by any strategy, with the tool that came with it', async () => {
    await compiled('nodenext');
    const workDir = temporaryFolder();
    const desktop = readFileSync(join(project, 'scenarios/nvidia-desktop.yaml'), 'utf8');
    const trees = await provisionScenario(asStack(parseScenario(desktop, EXAMPLE_ORIGIN)), {
      workDir,
      signal: new AbortController().signal,
    });
    // The overrides are named relative to the working directory.
    const { stdout } = await execa(
      process.execPath,
      [join(folder, 'caller.js'), trees.provider, trees.container, './overrides-'],
      { cwd: workDir, timeout: LIMIT_MS },
    );
    expect(JSON.parse(stdout)).toEqual({
      found: [
        { strategy: 'per-driver', calls: 8, launches: 8, variables: true },
        { strategy: 'batched', calls: 3, launches: 3, variables: true },
        { strategy: 'batched-dedup', calls: 3, launches: 3, variables: true },
        { strategy: 'single-launch', calls: 3, launches: 1, variables: true },
        { strategy: 'in-process', calls: 3, launches: 0, variables: true },
        { strategy: 'reuse', calls: 3, launches: 0, variables: true },
      ],
      example: true,
      refused: [
        expect.stringMatching(/^architectures: .* found "x86_64"$/u),
        expect.stringMatching(/^architectures: .* found none$/u),
        expect.stringMatching(/^strategy: .* found "bached"$/u),
      ],
    });
  });

  it.each(['cjs', 'esm'] as const)('can be part of a launcher that is one file, as %s', async (format) => {
    const launcher = join(temporaryFolder(), 'launcher');
    writeFileSync(
      `${launcher}.js`,
      `import { captureGraphics, countLaunches } from 'launchbench';
      const [container, overrides] = process.argv.slice(2);
      captureGraphics({ provider: container, container, overrides, architectures: [] })
        .catch(({ name }) => console.log(name))
        .then(() => countLaunches(['sh', '-c', '/bin/true; :']))
        .then(({ launches }) => console.log(launches.total), ({ name }) => console.log(name));`,
    );
    const outfile = `${launcher}.${format === 'cjs' ? 'cjs' : 'mjs'}`;
    const nodePaths = [join(folder, 'node_modules')];
    await build({
      ...{ entryPoints: [`${launcher}.js`], outfile, format, nodePaths, logLevel: 'silent' },
      ...{ bundle: true, platform: 'node' },
    });
    const { stdout } = await execa(process.execPath, [outfile, '/', './overrides'], { timeout: LIMIT_MS });
    expect(stdout).toBe(installed('strace') === null ? 'UsageError\nEnvironmentError' : 'UsageError\n1');
  });
});
