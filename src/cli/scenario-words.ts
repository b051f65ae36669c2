import { bundledScenarios, loadScenario } from '../scenario/load.ts';
import type { WordList } from './command.ts';
import type { World } from './world.ts';

/** The bundled scenarios, each with its description: for help, and for `launchbench scenarios`. */
export async function scenarioWords(world: World): Promise<WordList> {
  const names = await bundledScenarios(world);
  const scenarios = await Promise.all(names.map((name) => loadScenario(name, world)));
  return {
    title: 'Bundled scenarios',
    meanings: Object.fromEntries(
      scenarios.map(({ description }, index) => [names[index] ?? '', description ?? '']),
    ),
  };
}
