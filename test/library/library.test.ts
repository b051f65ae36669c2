import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provisionScenario } from '../../src/provision/provision.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { EXAMPLE_ORIGIN } from '../builders/scenario.ts';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));
const tsc = join(project, 'node_modules/typescript/bin/tsc');

/** What an author of a launcher writes; it is compiled against the built types, and then run. */
const LAUNCHER = `
import {
  captureStack, createDirectLauncher, discoverDrivers, openSysroot, runPlan, STRATEGIES,
  type CapturedStack, type DriversByArchitecture, type Launching, type StrategyName,
} from 'launchbench';

const [providerRoot = '', containerRoot = '', overrides = ''] = process.argv.slice(2);
const provider = openSysroot(providerRoot);
const container = openSysroot(containerRoot);
const drivers: DriversByArchitecture = discoverDrivers({
  provider, architectures: ['x86_64-linux-gnu'], env: {}, cwd: '/',
});
const launching: Launching = {
  launcher: createDirectLauncher(),
  toolFor: (arch) => { throw new Error('nothing is launched for ' + arch); },
  env: {},
  timeoutMs: 1000,
};
const strategy: StrategyName = 'in-process';
const stack: CapturedStack = await captureStack({
  provider, container, drivers, overrides, launching,
  providerInContainer: '/run/gfx',
  overridesInContainer: '/usr/lib/pressure-vessel/overrides',
  libraryPath: undefined, importLayers: true, env: {},
  strategy: STRATEGIES[strategy],
});
console.log(JSON.stringify({
  drivers: drivers.get('x86_64-linux-gnu')?.length,
  calls: stack.captureCalls.length,
  launches: stack.launches.total,
  planner: typeof runPlan,
}));
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
    await run(process.execPath, [tsc, '-p', join(project, 'tsconfig.build.json'), '--outDir', built]);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(installed, join(folder, 'node_modules/launchbench'));
    symlinkSync(join(project, 'node_modules/@types'), join(folder, 'node_modules/@types'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'launcher.ts'), LAUNCHER);
    const compilerOptions = { strict: true, module: 'nodenext', target: 'es2023', types: ['node'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['launcher.ts'] }));
  }, 120_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('has types that a strict program compiles against, and captures a stack without a launch', async () => {
    await run(process.execPath, [tsc, '-p', folder]);

    const workDir = temporaryFolder();
    const desktop = readFileSync(join(project, 'scenarios/mesa-desktop.yaml'), 'utf8');
    const trees = await provisionScenario(parseScenario(desktop, EXAMPLE_ORIGIN), {
      workDir,
      signal: new AbortController().signal,
    });
    const { stdout } = await run(process.execPath, [
      join(folder, 'launcher.js'),
      trees.provider,
      trees.container,
      join(workDir, 'overrides'),
    ]);
    expect(JSON.parse(stdout)).toEqual({ drivers: 44, calls: 5, launches: 0, planner: 'function' });
  }, 60_000);
});
