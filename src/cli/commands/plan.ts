import { isFlatpak } from '../../core/drivers/search-context.ts';
import { modulesOf } from '../../core/overrides/capture-stack.ts';
import { fallbackPathsOf } from '../../core/overrides/fallback-paths.ts';
import { foreseeCaptures } from '../../core/overrides/in-process.ts';
import { runPlan } from '../../core/overrides/run-plan.ts';
import type { CaptureCall, Plan } from '../../core/planning/plan.ts';
import { STRATEGIES, STRATEGY_NAMES, type StrategyName } from '../../core/overrides/strategies.ts';
import { EXIT } from '../../errors.ts';
import { makeTemporaryFolder } from '../../provision/make-temporary-folder.ts';
import { defineCommand } from '../command.ts';
import { STRATEGY_WORDS } from '../known-words.ts';
import { FOLDER, NAMES } from '../option-kinds.ts';
import { plainCall } from '../plain-call.ts';
import { type ForeseenEnumeration, type ForeseenStrategy, formatPlans } from '../plan-text.ts';
import { openStack, STACK_OPTIONS, type OpenStack } from '../stack-options.ts';
import type { World } from '../world.ts';

/** `launchbench plan`: what strategies would ask of the capture tool. */
export const plan = defineCommand({
  description:
    'Shows what strategies would launch for a provider, and with --strategy the capture calls of one. ' +
    'What a call would leave decides about later ones, so the provider is read as a capture would read it; ' +
    'nothing is launched and no overrides are made.',
  positionals: {},
  options: {
    ...STACK_OPTIONS,
    container: {
      ...FOLDER,
      describe: 'Tree that the drivers are for; without it, one that has nothing of its own',
    },
    strategy: {
      ...NAMES,
      choices: STRATEGY_NAMES,
      describe: 'Strategy to show, repeatable; without it, all of them side by side',
    },
  },
  examples: [
    { purpose: "All strategies for this machine's own drivers", line: 'launchbench plan' },
    { purpose: 'The calls of one of them', line: 'launchbench plan --strategy batched' },
    {
      purpose: 'Every pattern of one strategy for another tree',
      line: 'launchbench plan --provider ./sysroot --strategy batched --verbose',
    },
  ],
  words: () => [STRATEGY_WORDS],
  async run(args, world) {
    const stack = openStack(args, args.container ?? emptyTree(world), world, {
      anyContainer: args.container === undefined,
    });
    const names = args.strategy.length > 0 ? args.strategy : STRATEGY_NAMES;
    const foreseen: ForeseenStrategy[] = [];
    const callsOf = createForesight(stack, world.env['LD_LIBRARY_PATH']);
    for (const strategy of new Set(names)) foreseen.push(await foresee(strategy, stack, callsOf));
    const finding = foreseeEnumeration(stack, world.env);
    world.write(
      args.json
        ? formatJson(stack, foreseen, finding)
        : await formatPlans(foreseen, finding, {
            terminal: world.terminal,
            inFull: world.verbose,
            basePatterns: stack.edition.basePatterns.length,
          }),
    );
    return EXIT.done;
  },
});

/** Foresees the calls of plans: each file is read once for all of them, and a plan of several strategies is run once. */
function createForesight(
  stack: OpenStack,
  libraryPath: string | undefined,
): (plan: Plan) => Promise<readonly CaptureCall[]> {
  const session = { ...stack, overrides: '/', libraryPath };
  const capturers: Parameters<typeof foreseeCaptures>[1] = new Map();
  const known = new Map<Plan, readonly CaptureCall[]>();
  return async (plan) => {
    const before = known.get(plan);
    if (before !== undefined) return before;
    const captures = await runPlan({ ...stack, plan, server: foreseeCaptures(session, capturers) });
    const calls = captures.flatMap((capture) => capture.calls);
    known.set(plan, calls);
    return calls;
  };
}

async function foresee(
  name: StrategyName,
  { edition }: OpenStack,
  callsOf: (plan: Plan) => Promise<readonly CaptureCall[]>,
): Promise<ForeseenStrategy> {
  const strategy = STRATEGIES[name];
  const captureCalls = await callsOf(strategy.planOf(edition));
  return {
    strategy: name,
    captureCalls,
    launches: strategy.countLaunches(captureCalls),
    patterns: captureCalls.reduce((sum, { patterns }) => sum + patterns.length, 0),
  };
}

/** A container without any library: whatever the provider has is captured. */
function emptyTree({ addTemporaryFolder }: World): string {
  const folder = makeTemporaryFolder();
  addTemporaryFolder(folder);
  return folder;
}

/** What upstream would have launched to find the drivers that we find without. */
function foreseeEnumeration(
  { provider, manifest, edition, drivers }: OpenStack,
  env: World['env'],
): readonly ForeseenEnumeration[] {
  return [...drivers.keys()].map((arch) => ({
    arch,
    ...edition.enumeration({
      isHost: provider.isHost,
      isFlatpak: isFlatpak(provider),
      env,
      settings: manifest?.architectures.get(arch) ?? null,
    }),
  }));
}

function formatJson(
  stack: OpenStack,
  foreseen: readonly ForeseenStrategy[],
  enumeration: readonly ForeseenEnumeration[],
): string {
  const strategies = foreseen.map(({ strategy, captureCalls, launches, patterns }) => ({
    strategy,
    launches,
    patterns,
    captureCalls: captureCalls.map((call) =>
      plainCall(call, fallbackPathsOf(stack, call.arch)?.list ?? null),
    ),
  }));
  return `${JSON.stringify({ modules: modulesOf(stack.drivers), strategies, enumeration }, null, 2)}\n`;
}
