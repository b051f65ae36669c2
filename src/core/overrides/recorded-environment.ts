/** Variables of an environment, by name; undefined: not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An environment that remembers which of its variables were asked for. */
export interface RecordedEnvironment {
  readonly env: Environment;
  /** Those variables; null: not set. */
  read(): Readonly<Record<string, string | null>>;
  /** Whether it was asked which variables there are, so that any other one might matter. */
  wasListed(): boolean;
}

/** Makes an environment that answers as another one does. */
export function recordEnvironment(env: Environment): RecordedEnvironment {
  const read = new Map<string, string | null>();
  let wasListed = false;
  const note = (name: string | symbol): void => {
    if (typeof name === 'string') read.set(name, env[name] ?? null);
  };
  return {
    read: () => Object.fromEntries(read),
    wasListed: () => wasListed,
    env: new Proxy(env, {
      get(target, name) {
        note(name);
        return typeof name === 'string' ? target[name] : undefined;
      },
      has(target, name) {
        note(name);
        return name in target;
      },
      getOwnPropertyDescriptor(target, name) {
        note(name);
        return Reflect.getOwnPropertyDescriptor(target, name);
      },
      ownKeys(target) {
        wasListed = true;
        return Reflect.ownKeys(target);
      },
    }),
  };
}

/** The first variable that is no longer as it was read; null: none. */
export function changedVariable(
  read: Readonly<Record<string, string | null>>,
  env: Environment,
): string | null {
  return Object.keys(read).find((name) => (env[name] ?? null) !== read[name]) ?? null;
}
