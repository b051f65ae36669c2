import { NATIVE } from '../../src/launch/emulations/emulations.ts';
import type { DriverSet, SyntheticDriver, SyntheticLibrary } from '../../src/provision/driver-set.ts';
import { DEFAULT_SAMPLING } from '../../src/scenario/defaults.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario, StackScenario } from '../../src/scenario/scenario.ts';

const PLAIN_BINARY = { architectures: null, needs: [], runpath: null, sizeBytes: null, problem: null };

/** A tree with nothing but what the test is about. */
export function aDriverSet(set: Partial<DriverSet> = {}): DriverSet {
  return { glibc: null, libraries: [], drivers: [], files: {}, symlinks: {}, ...set };
}

/** A library called `libexample.so.1`, in a file of that name, without dependencies. */
export function aLibrary(library: Partial<SyntheticLibrary> = {}): SyntheticLibrary {
  const soname = library.soname ?? 'libexample.so.1';
  return { ...PLAIN_BINARY, soname, file: soname, directory: null, versions: [], symbols: [], ...library };
}

/** A DRI driver in one file under one name, without dependencies. */
export function aSyntheticDriver(driver: Partial<SyntheticDriver> = {}): SyntheticDriver {
  return {
    ...PLAIN_BINARY,
    driverClass: 'dri',
    file: 'example_dri.so',
    hardLinks: [],
    symlinks: {},
    soname: null,
    manifest: null,
    ...driver,
  };
}

/** Two strategies, run natively, on empty trees. */
export function aScenario(scenario: Partial<StackScenario> = {}): StackScenario {
  const empty = { kind: 'synthetic', set: aDriverSet(), architectures: ['x86_64-linux-gnu'] } as const;
  return {
    kind: 'stack',
    name: 'example',
    description: null,
    source: 'example.yaml',
    digest: '0'.repeat(64),
    edition: '2022',
    provider: empty,
    container: empty,
    architectures: ['x86_64-linux-gnu'],
    strategies: ['per-driver', 'batched'],
    tools: [{ name: null, wanted: [] }],
    emulations: [NATIVE],
    sampling: DEFAULT_SAMPLING,
    budget: null,
    ...scenario,
  };
}

/** Reads a scenario as though it stood in `/scenarios/example.yaml`, completed to a valid file. */
export function scenarioFrom(text: string): StackScenario {
  return asStack(parseScenario(`version: 1\nname: example\nprovider: empty\n${text}`, EXAMPLE_ORIGIN));
}

/** A scenario that is known to capture a graphics stack. */
export function asStack(scenario: Scenario): StackScenario {
  if (scenario.kind !== 'stack') throw new Error(`${scenario.name} captures no graphics stack`);
  return scenario;
}

/** Where the scenarios of `scenarioFrom` come from. */
export const EXAMPLE_ORIGIN = { source: 'example.yaml', folder: '/scenarios' };
