import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type StrategyName, STRATEGIES, STRATEGY_NAMES } from '../../src/core/overrides/strategies.ts';
import { EnvironmentError } from '../../src/errors.ts';
import { type ProvisionedTrees, provisionScenario } from '../../src/provision/provision.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { tryStrategy } from '../builders/bundled-captures.ts';
import { asStack } from '../builders/scenario.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { outputOf } from '../builders/programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const world = { cwd: root, installation: { scenarios: join(root, 'scenarios') } };
const TEN_MINUTES_MS = 600_000;

describe('debian-mesa-multiarch', async () => {
  const scenario = asStack(await loadScenario('debian-mesa-multiarch', world));
  let trees: ProvisionedTrees | null = null;
  let unreachable = '';
  beforeAll(async () => {
    try {
      trees = await provisionScenario(scenario, { workDir: temporaryFolder(() => undefined) });
    } catch (error) {
      // A green run without these would be a lie where everything is meant to be there.
      if (!(error instanceof EnvironmentError) || process.env['CI'] !== undefined) throw error;
      unreachable = error.message;
    }
  }, TEN_MINUTES_MS);
  beforeEach((context) => {
    context.skip(trees === null, unreachable);
  });
  const madeTrees = (): ProvisionedTrees => trees ?? expect.fail();

  it('makes as many calls as its budget allows, and all strategies offer the same', async () => {
    const workDir = temporaryFolder();
    const launches: Partial<Record<StrategyName, number>> = {};
    const offers = new Set<string>();
    for (const strategy of STRATEGY_NAMES) {
      const tried = await tryStrategy(madeTrees(), strategy, workDir, scenario);
      launches[strategy] = STRATEGIES[strategy].countLaunches(tried.calls);
      offers.add(tried.offered);
    }
    expect(launches).toEqual(scenario.budget?.launches);
    expect(offers.size).toBe(1);
  });

  it('is captured in as many launches as the real programs make', async () => {
    // Of the edition of 2022, for Mesa 22.3 of x86_64 and i386.
    const launches = async (strategy: StrategyName): Promise<number> => {
      const { calls } = await tryStrategy(madeTrees(), strategy, temporaryFolder(), scenario);
      return STRATEGIES[strategy].countLaunches(calls);
    };
    expect(await launches('per-driver')).toBe(86);
    expect(await launches('batched')).toBe(24);
    expect(await launches('batched-dedup')).toBe(24);
  });

  it('says which versions of which packages it was made of', () => {
    const { provider, container } = madeTrees().packages;
    for (const architecture of ['amd64', 'i386']) {
      expect(provider?.[`mesa-vulkan-drivers:${architecture}`]).toMatch(/^22\.3\./u);
      expect(container?.[`libc6:${architecture}`]).toMatch(/^2\.31-/u);
    }
  });

  it.runIf(process.getuid?.() === 0)('has the ld.so.cache that ldconfig would write', () => {
    // Of libraries that need no libc, ldconfig says so; nobody who reads a cache asks.
    const listed = (tree: string, cache: string): readonly string[] =>
      outputOf('ldconfig', ['-r', tree, '-p', '-C', cache])
        .split('\n')
        .filter((line) => line.startsWith('\t'))
        .map((line) => line.replace(/\((?:ELF|libc6)(?:, OS ABI: [^)]*)?\)/u, '(libc6)'));
    for (const tree of [madeTrees().provider, madeTrees().container]) {
      // In the tree: it is chrooted.
      onTestFinished(() => {
        rmSync(`${tree}/etc/theirs.cache`, { force: true });
      });
      outputOf('ldconfig', ['-r', tree, '-X', '-C', '/etc/theirs.cache']);
      expect(listed(tree, '/etc/ld.so.cache')).toEqual(listed(tree, '/etc/theirs.cache'));
    }
  });
});
