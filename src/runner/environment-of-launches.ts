import { definedVariables } from '../variables.ts';

/**
 * What launches inherit: everything but what would change how our own tool, a Node program, is run, or what is
 * loaded into every child.
 */
export function environmentOfLaunches(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return definedVariables({
    ...env,
    NODE_OPTIONS: undefined,
    NODE_V8_COVERAGE: undefined,
    LD_PRELOAD: undefined,
  });
}
