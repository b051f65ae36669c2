import type { Launcher, Launching } from '../../src/core/overrides/server.ts';

/** For captures that must not launch anything: whoever tries is told. */
export function nothingLaunched(): Launching {
  return {
    launcher: aLauncher(() => Promise.reject(new Error('nothing should be launched'))),
    toolFor: () => {
      throw new Error('no tool should be asked for');
    },
    env: {},
    timeoutMs: 1,
  };
}

/** A launcher whose children are not talked to. */
export function aLauncher(launch: Launcher['launch']): Launcher {
  return {
    launch,
    converse: () => {
      throw new Error('nobody should be talked to');
    },
  };
}
