import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { execa } from 'execa';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provisionScenario } from '../../src/provision/provision.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { executable } from '../builders/executables.ts';
import { installed } from '../builders/needs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { asStack, EXAMPLE_ORIGIN } from '../builders/scenario.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
/** What is longer hangs. */
const LIMIT_MS = 100_000;

/** Two drivers and what leads to their folder. */
const SCENARIO = `
version: 1
name: two-drivers
edition: 2022
provider:
  synthetic: { drivers: { dri: [a_dri.so, b_dri.so] }, libraries: { libGL.so.1: {} } }
`;

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

  beforeAll(() => {
    mkdirSync(home, { recursive: true });
    folder = mkdtempSync(join(home, 'launchbench-library-'));
    const installed = join(folder, 'package');
    mkdirSync(installed);
    cpSync(join(project, 'package.json'), join(installed, 'package.json'));
    const built = join(installed, 'dist/lib');
    // Not checked here: the sources are by `npm run types`, and the declarations below.
    const settings = ts.getParsedCommandLineOfConfigFile(
      join(project, 'tsconfig.build.json'),
      { outDir: built, noCheck: true },
      { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
    );
    if (settings === undefined) throw new Error('tsconfig.build.json cannot be read');
    programOf(settings.fileNames, settings.options).emit();
    mkdirSync(join(installed, 'dist/bin'));
    cpSync(executable('capture-libs.cjs'), join(installed, 'dist/bin/capture-libs.cjs'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(installed, join(folder, 'node_modules/launchbench'));
    symlinkSync(join(project, 'node_modules/@types'), join(folder, 'node_modules/@types'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'example.ts'), EXAMPLE);
    writeFileSync(join(folder, 'caller.ts'), CALLER);
  });

  /** Files that were parsed, which programs share. */
  const parsed = new Map<string, ts.SourceFile | undefined>();

  afterAll(() => {
    parsed.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  function programOf(files: readonly string[], options: ts.CompilerOptions): ts.Program {
    const host = ts.createCompilerHost(options);
    const getSourceFile: ts.CompilerHost['getSourceFile'] = (file, how, ...more) => {
      const key = JSON.stringify([file, how]);
      if (!parsed.has(key)) parsed.set(key, host.getSourceFile(file, how, ...more));
      return parsed.get(key);
    };
    return ts.createProgram(files, options, {
      ...host,
      getSourceFile,
      getCurrentDirectory: () => folder,
    });
  }

  /** The two programs, strict. Both are named: below node_modules a file that is only imported is not compiled. */
  function programsOfUsers(module: 'bundler' | 'nodenext'): ts.Program {
    const how =
      module === 'bundler'
        ? { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }
        : { module: ts.ModuleKind.NodeNext };
    return programOf(
      ['example.ts', 'caller.ts'].map((file) => join(folder, file)),
      {
        ...{ strict: true, exactOptionalPropertyTypes: true, types: ['node'], ...how },
        ...{ target: ts.ScriptTarget.ES2023, lib: ['lib.es2023.d.ts'] },
      },
    );
  }

  it.each(['bundler', 'nodenext'] as const)(
    'has types that the strict program of the README compiles against, resolved as by %s',
    (module) => {
      const program = programsOfUsers(module);
      // The declarations of the library are checked as well, those that came with Node and the compiler are not.
      const checked = program
        .getSourceFiles()
        .filter(({ fileName }) => fileName.startsWith(folder) && !fileName.includes('/@types/'));
      const names = checked.map(({ fileName }) => relative(folder, fileName));
      expect(names).toEqual(
        expect.arrayContaining([
          'example.ts',
          'caller.ts',
          'package/dist/lib/core/overrides/strategies.d.ts',
        ]),
      );
      const problems = [
        ...[...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()],
        ...checked.flatMap((file) => [
          ...program.getSyntacticDiagnostics(file),
          ...program.getSemanticDiagnostics(file),
        ]),
      ];
      expect(problems.map(({ messageText, file }) => [file?.fileName, messageText])).toEqual([]);
    },
  );

  it('captures a stack as the README shows, by any strategy, with the tool that came with it', async () => {
    const program = programsOfUsers('nodenext');
    for (const file of ['example.ts', 'caller.ts']) program.emit(program.getSourceFile(join(folder, file)));
    const workDir = temporaryFolder();
    const trees = await provisionScenario(asStack(parseScenario(SCENARIO, EXAMPLE_ORIGIN)), {
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
        { strategy: 'per-driver', calls: 3, launches: 3, variables: true },
        { strategy: 'batched', calls: 2, launches: 2, variables: true },
        { strategy: 'batched-dedup', calls: 2, launches: 2, variables: true },
        { strategy: 'single-launch', calls: 2, launches: 1, variables: true },
        { strategy: 'in-process', calls: 2, launches: 0, variables: true },
        { strategy: 'reuse', calls: 2, launches: 0, variables: true },
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
