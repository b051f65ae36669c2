import type { Launching } from '../../src/core/overrides/server.ts';

/** For captures that must not launch anything: whoever tries is told. */
export function nothingLaunched(): Launching {
  return {
    launcher: { launch: () => Promise.reject(new Error('nothing should be launched')) },
    toolFor: () => {
      throw new Error('no tool should be asked for');
    },
    env: {},
    timeoutMs: 1,
  };
}
