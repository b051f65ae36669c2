import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { generateSchemas } from '../../scripts/generate-schemas.ts';
import { STRATEGIES, STRATEGY_NAMES, type StrategyName } from '../../src/core/overrides/strategies.ts';
import { provisionScenario } from '../../src/provision/provision.ts';
import { DEFAULT_SCENARIO } from '../../src/scenario/defaults.ts';
import { bundledScenarios, loadScenario } from '../../src/scenario/load.ts';
import { scenarioSchema } from '../../src/scenario/schema.ts';
import { tryStrategy } from '../builders/bundled-captures.ts';
import { asStack } from '../builders/scenario.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const world = { cwd: root, installation: { scenarios: join(root, 'scenarios') } };
const names = await bundledScenarios(world);

describe.each(names)('%s', (name) => {
  it('is a valid scenario whose file is named after it, with a schema for editors', async () => {
    const scenario = await loadScenario(name, world);
    expect(scenario.name).toBe(name);
    expect(scenario.sampling.rounds).toBe(8);
    expect(readFileSync(join(root, 'scenarios', `${name}.yaml`), 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\/scenario\.schema\.json\n/u,
    );
  });
});

/** Without provider, of this machine, and of an archive that is not always reached: that one has tests of its own. */
const NOT_DESCRIBED = ['commands', 'host', 'debian-mesa-multiarch'];

describe.each(names.filter((name) => !NOT_DESCRIBED.includes(name)))(
  '%s, captured by the real core',
  (name) => {
    it('makes as many calls as its budget allows, and all strategies offer the same', async () => {
      const scenario = asStack(await loadScenario(name, world));
      const workDir = temporaryFolder();
      const trees = await provisionScenario(scenario, { workDir });
      const launches: Record<string, number> = {};
      const offers = new Set<string>();
      for (const strategy of STRATEGY_NAMES) {
        const tried = await tryStrategy(trees, strategy, workDir, scenario);
        if (scenario.strategies.includes(strategy)) {
          launches[strategy] = STRATEGIES[strategy].countLaunches(tried.calls);
        }
        offers.add(tried.offered);
      }
      expect(launches).toEqual(scenario.budget?.launches);
      expect(offers.size).toBe(1);
    });
  },
);

describe('emulators and commands, the scenarios to copy from', () => {
  it('show every key that there is', () => {
    const shown = new Set<string>();
    const collect = (node: unknown): void => {
      if (!(node instanceof Object)) return;
      for (const [key, value] of Object.entries(node)) {
        shown.add(key);
        collect(value);
      }
    };
    for (const name of ['emulators', 'commands']) {
      collect(parse(readFileSync(join(root, `scenarios/${name}.yaml`), 'utf8')));
    }
    expect(
      propertyNames(z.toJSONSchema(scenarioSchema, { io: 'input' })).filter((key) => !shown.has(key)),
    ).toEqual([
      // In a comment: files that nobody has. Then other forms of a tree; the other keys are there.
      ...['tools', 'check', 'archive', 'debian', 'suite', 'packages'],
    ]);
    expect(readFileSync(join(root, 'scenarios/emulators.yaml'), 'utf8')).toContain('# tools:');
  });
});

// Counts of a real Debian 12 with Mesa 22.3, recorded with the real programs.
describe(`${DEFAULT_SCENARIO} is the recorded Debian 12 desktop`, () => {
  it.each<{ strategy: StrategyName; calls: Readonly<Record<string, readonly number[]>> }>([
    {
      strategy: 'per-driver',
      calls: {
        'driver-soname .': [1, 1, 1, 1, 1],
        'driver vulkan': Array<number>(4).fill(1),
        'driver vdpau': Array<number>(15).fill(1),
        'driver dri': Array<number>(20).fill(1),
        'main .': [90],
        'libc-family .': [5],
      },
    },
    {
      strategy: 'batched',
      calls: {
        'driver-batch vulkan': [4],
        'driver-batch vdpau': [15],
        'driver-batch dri': [20],
        'main .': [90],
        'libc-family .': [5],
      },
    },
    {
      strategy: 'batched-dedup',
      calls: {
        'driver-batch vulkan': [4],
        'driver-batch vdpau': [3],
        'driver-batch dri': [4],
        'main .': [62],
        'libc-family .': [5],
      },
    },
  ])('$strategy: patterns of every call', async ({ strategy, calls }) => {
    const workDir = temporaryFolder();
    const scenario = asStack(await loadScenario(DEFAULT_SCENARIO, world));
    const trees = await provisionScenario(scenario, { workDir });
    const tried = await tryStrategy(trees, strategy, workDir, scenario);
    const found: Record<string, number[]> = {};
    for (const { purpose, dest, patterns } of tried.calls) {
      (found[`${purpose} ${dest}`] ??= []).push(patterns.length);
    }
    expect(found).toEqual(calls);
    expect(tried.drivers).toEqual({
      'egl-icd': 1,
      'vulkan-icd': 4,
      'vulkan-explicit-layer': 3,
      'vulkan-implicit-layer': 1,
      vdpau: 15,
      dri: 13,
      'va-api': 7,
    });
  });
});

describe('provisionScenario', () => {
  it('looks at the host and writes nothing for it', async () => {
    const workDir = temporaryFolder();
    const trees = await provisionScenario(asStack(await loadScenario('host', world)), { workDir });
    expect(trees).toEqual({ provider: '/', container: join(workDir, 'container'), packages: {} });
  });

  it('says so when a directory is not there', async () => {
    const workDir = temporaryFolder();
    mkdirSync(join(workDir, 'there'));
    const directory = (path: string) => ({ kind: 'directory', path }) as const;
    await expect(
      provisionScenario({ provider: directory('/nonexistent'), container: directory(workDir) }, { workDir }),
    ).rejects.toThrow('/nonexistent: expected a directory, found nothing');
  });
});

describe('the committed JSON Schemas', () => {
  it('are what the validators say: npx tsx scripts/generate-schemas.ts', async () => {
    for (const [path, text] of await generateSchemas()) {
      expect(readFileSync(join(root, path), 'utf8')).toBe(text);
    }
  });
});

/** The names of all properties anywhere in a JSON Schema, each once, in order. */
function propertyNames(schema: unknown): readonly string[] {
  if (!(schema instanceof Object)) return [];
  const own =
    'properties' in schema && schema.properties instanceof Object ? Object.keys(schema.properties) : [];
  return [...new Set([...own, ...Object.values(schema).flatMap(propertyNames)])];
}
