import { symlinkSync } from 'node:fs';
import type { DriversByArchitecture } from '../drivers/discover.ts';
import type { CaptureCall, CaptureOutcome, Plan, PlanResult, PlanRules } from '../planning/plan.ts';
import type { Tuple } from '../sysroot/architectures.ts';
import { fsPath } from '../sysroot/byte-text.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';
import { destinationOf } from './places.ts';
import { readProviderFacts } from './provider-facts.ts';
import type { CaptureServer } from './server.ts';

/** What was captured for one architecture. */
export interface ArchitectureCapture extends PlanResult {
  readonly arch: Tuple;
  /** The calls that were served, in order. */
  readonly calls: readonly CaptureCall[];
  /** The links that are there when all is done, by destination relative to libdir. */
  readonly links: ReadonlyMap<string, CaptureOutcome['links']>;
}

/** What a plan is run with. */
export interface PlanRun {
  readonly plan: Plan;
  readonly server: CaptureServer;
  readonly provider: Sysroot;
  readonly drivers: DriversByArchitecture;
  readonly edition: PlanRules;
}

/**
 * Drives a plan to its end for every architecture, one after the other: this, and nothing else, is what a
 * strategy costs.
 *
 * @throws what the server throws when a call fails.
 */
export async function runPlan({
  plan,
  server,
  provider,
  drivers,
  edition,
}: PlanRun): Promise<readonly ArchitectureCapture[]> {
  const captures: ArchitectureCapture[] = [];
  for (const [arch, offered] of drivers) {
    const calls: CaptureCall[] = [];
    const links = new Map<string, CaptureOutcome['links']>();
    const conversation = plan(arch, offered, readProviderFacts(provider, arch), edition);
    let step = conversation.next();
    while (step.done !== true) {
      calls.push(step.value);
      const outcome = await server.serve(step.value);
      links.set(step.value.dest, outcome.links);
      step = conversation.next(outcome);
    }
    await server.finish?.();
    captures.push({ arch, calls, links, ...step.value });
  }
  return captures;
}

/** Makes the links that a plan asked to be copied rather than captured. */
export function linkCopies(overrides: string, captures: readonly ArchitectureCapture[]): void {
  for (const { arch, bindings } of captures) {
    for (const binding of bindings) {
      if (binding.kind !== 'copied') continue;
      symlinkSync(fsPath(binding.target), fsPath(destinationOf(overrides, arch, binding.link)));
    }
  }
}
