import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { serveInProcess } from '../core/overrides/in-process.ts';
import { createOverrides } from '../core/overrides/overrides-tree.ts';
import type { Strategy } from '../core/overrides/strategies.ts';
import { SysrootError } from '../errors.ts';
import type { ScenarioSetUp } from './set-up-scenario.ts';
import { NOTHING_LAUNCHED, prepareStackCapture } from './stack-capture.ts';

/**
 * How many links a strategy leaves when its plan is served in our own process: a tool that leaves fewer is broken, not
 * better.
 *
 * @returns null for a strategy that launches nothing, and where our own capture fails: a tool may do better.
 * @throws SysrootError when a confined tree cannot be captured at all.
 */
export async function foreseeLinks(setUp: ScenarioSetUp, strategy: Strategy): Promise<number | null> {
  if (!strategy.launches) return null;
  const overrides = join(setUp.workDir, 'foreseen');
  const { architectures, edition, imports } = setUp;
  createOverrides(overrides, { architectures, edition, imports });
  try {
    const capture = prepareStackCapture({
      ...setUp,
      strategy: { ...strategy, openServer: serveInProcess, launches: false },
      overrides,
      launching: NOTHING_LAUNCHED,
    });
    await capture.run();
    return capture.examine().links;
  } catch (error) {
    if (setUp.provider.confined || !(error instanceof SysrootError)) throw error;
    return null;
  } finally {
    rmSync(overrides, { recursive: true, force: true });
  }
}
