import type { Scenario } from './scenario.ts';

/** The surroundings that a scenario is looked up in. */
export interface ScenarioWorld {
  /** Working directory, for relative paths. */
  readonly cwd: string;
  /** Folder of the bundled scenarios. */
  readonly scenariosDir: string;
}

/**
 * Loads a scenario: a path (anything with a `/`, or ending in .yaml or .yml), or the name of a bundled one.
 *
 * @throws ScenarioError when there is no such scenario, or it cannot be used as it is.
 */
export async function loadScenario(nameOrPath: string, world: ScenarioWorld): Promise<Scenario> {
  return await Promise.reject(new Error(`${nameOrPath} ${world.cwd}: not written yet`));
}
