import type { Edition } from '../../src/core/editions/edition.ts';
import { EDITIONS } from '../../src/core/editions/editions.ts';
import type { Driver, DriverClassName } from '../../src/core/drivers/driver.ts';
import type {
  CaptureCall,
  CaptureOutcome,
  Plan,
  PlanResult,
  ProviderFacts,
} from '../../src/core/planning/plan.ts';
import type { Tuple } from '../../src/core/sysroot/architectures.ts';

/** Drivers of one class, one for each library: a path, or a SONAME. */
export function someDrivers(
  driverClass: DriverClassName,
  ...libraries: readonly string[]
): readonly Driver[] {
  return libraries.map((library, index) => ({
    driverClass,
    index,
    library: library.startsWith('/')
      ? { kind: 'absolute', path: library }
      : { kind: 'soname', soname: library },
    manifest: null,
  }));
}

/** Facts about a provider in which every path is a file of its own, and there is no s2tc. */
export function someFacts(facts: Partial<ProviderFacts> = {}): ProviderFacts {
  return { fileIdentity: (path) => path, s2tcLibdirs: [], nvidiaVersion: null, ...facts };
}

/** What a plan asked for, and what it made of the answers. */
export interface Played extends PlanResult {
  readonly calls: readonly CaptureCall[];
}

/**
 * Plays a plan against a provider that has everything but what is missing: each pattern of a file or SONAME makes its link.
 */
export function play(
  plan: Plan,
  drivers: readonly Driver[],
  {
    facts = someFacts(),
    missing = [],
    arch = 'x86_64-linux-gnu',
    fromMain = [],
    edition = EDITIONS['2022'],
  }: {
    readonly facts?: ProviderFacts;
    readonly missing?: readonly string[];
    readonly arch?: Tuple;
    /** Links that the main call makes beside those that its patterns say. */
    readonly fromMain?: readonly string[];
    readonly edition?: Edition;
  } = {},
): Played {
  const tree = new Map<string, Map<string, string>>();
  const calls: CaptureCall[] = [];
  const answer = (call: CaptureCall): CaptureOutcome => {
    calls.push(call);
    const links = tree.get(call.dest) ?? new Map<string, string>();
    tree.set(call.dest, links);
    for (const pattern of call.patterns) {
      const [, library] = /^(?!only-dependencies:).*:(?:path|soname):(.*)$/u.exec(pattern) ?? [];
      if (library === undefined || missing.includes(library)) continue;
      links.set(library.slice(library.lastIndexOf('/') + 1), library);
    }
    if (call.purpose === 'main') for (const name of fromMain) links.set(name, `/usr/lib/${name}`);
    return { links };
  };
  const conversation = plan(arch, drivers, facts, edition);
  let step = conversation.next();
  while (step.done !== true) step = conversation.next(answer(step.value));
  return { calls, ...step.value };
}
