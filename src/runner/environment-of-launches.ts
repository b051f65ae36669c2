/**
 * What launches inherit: everything but what would change how our own tool, a Node program, is run, or what is
 * loaded into every child.
 */
export function environmentOfLaunches(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const left = ['NODE_OPTIONS', 'NODE_V8_COVERAGE', 'LD_PRELOAD'];
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || left.includes(name) ? [] : [[name, value]],
    ),
  );
}
