import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Driver } from '../../../src/core/drivers/driver.ts';
import { EDITIONS } from '../../../src/core/editions/editions.ts';
import { batched, batchedDedup } from '../../../src/core/planning/batched.ts';
import { perDriver } from '../../../src/core/planning/per-driver.ts';
import type { Binding, Plan, ProviderFacts } from '../../../src/core/planning/plan.ts';
import { remainingCalls } from '../../../src/core/planning/remaining-calls.ts';
import { play, type Played, someDrivers, someFacts } from '../../builders/drivers.ts';

const PLANS: Readonly<Record<string, Plan>> = {
  'per-driver': perDriver,
  batched,
  'batched-dedup': batchedDedup,
};

/** Drivers `count` of a class, all of different names. */
function different(driverClass: Driver['driverClass'], count: number): readonly Driver[] {
  return someDrivers(
    driverClass,
    ...Array.from({ length: count }, (_, i) => `/usr/lib/${driverClass}${i}.so`),
  );
}

function destinations({ calls }: Played): readonly string[] {
  return calls.map(({ dest }) => dest);
}

function linksOf(bindings: readonly Binding[]): readonly string[] {
  return bindings.flatMap((binding) => ('link' in binding ? [binding.link] : []));
}

describe('the number of capture calls', () => {
  const vulkanTwice = someDrivers('vulkan-icd', '/usr/lib/a/libvk.so', '/usr/lib/b/libvk.so');

  // Source: our graphics-stack specification, section 11; the main call is always there.
  it.each<{ plan: string; given: string; drivers: readonly Driver[]; calls: number }>([
    { plan: 'per-driver', given: 'no drivers', drivers: [], calls: 1 },
    { plan: 'batched', given: 'no drivers', drivers: [], calls: 1 },
    { plan: 'per-driver', given: '60 DRI drivers', drivers: different('dri', 60), calls: 61 },
    { plan: 'batched', given: '60 DRI drivers', drivers: different('dri', 60), calls: 2 },
    { plan: 'batched-dedup', given: '60 DRI drivers', drivers: different('dri', 60), calls: 2 },
    {
      plan: 'per-driver',
      given: 'SONAME drivers',
      drivers: someDrivers('vulkan-icd', 'a.so', 'b.so'),
      calls: 3,
    },
    {
      plan: 'batched',
      given: 'SONAME drivers',
      drivers: someDrivers('vulkan-icd', 'a.so', 'b.so'),
      calls: 1,
    },
    {
      plan: 'per-driver',
      given: 'one SONAME twice',
      drivers: someDrivers('vulkan-icd', 'a.so', 'a.so'),
      calls: 2,
    },
    { plan: 'per-driver', given: 'a collision', drivers: vulkanTwice, calls: 3 },
    { plan: 'batched', given: 'a collision', drivers: vulkanTwice, calls: 3 },
    { plan: 'batched-dedup', given: 'a collision', drivers: vulkanTwice, calls: 3 },
    {
      plan: 'batched',
      given: 'all seven class directories',
      drivers: [
        ...different('egl-icd', 2),
        ...different('egl-external-platform', 2),
        ...different('vulkan-icd', 2),
        ...different('vulkan-explicit-layer', 2),
        ...different('vulkan-implicit-layer', 2),
        ...different('vdpau', 2),
        ...different('dri', 2),
        ...different('va-api', 2),
      ],
      calls: 8,
    },
  ])('$plan, $given → $calls', ({ plan, drivers, calls }) => {
    expect(play(PLANS[plan] ?? perDriver, drivers).calls).toHaveLength(calls);
  });
});

describe('names that two drivers share', () => {
  const drivers = someDrivers('egl-icd', '/a/unique.so', '/a/same.so', '/b/same.so', '/c/other.so');

  it('per-driver numbers from the first collision on', () => {
    expect(linksOf(play(perDriver, drivers).bindings)).toEqual([
      'glvnd/unique.so',
      'glvnd/same.so',
      'glvnd/2/same.so',
      'glvnd/3/other.so',
    ]);
  });

  it.each(['batched', 'batched-dedup'])('%s numbers all of them', (plan) => {
    expect(linksOf(play(PLANS[plan] ?? batched, drivers).bindings)).toEqual([
      'glvnd/0/unique.so',
      'glvnd/1/same.so',
      'glvnd/2/same.so',
      'glvnd/3/other.so',
    ]);
  });

  it('a missing file takes its name in batched, not in per-driver', () => {
    const options = { missing: ['/a/same.so'] };
    expect(linksOf(play(perDriver, drivers, options).bindings)).toEqual([
      'glvnd/unique.so',
      'glvnd/same.so',
      'glvnd/other.so',
    ]);
    expect(linksOf(play(batched, drivers, options).bindings)).toEqual([
      'glvnd/0/unique.so',
      'glvnd/2/same.so',
      'glvnd/3/other.so',
    ]);
  });

  it('a collision of VA-API drivers numbers DRI drivers too when batched, and both search the same path', () => {
    const both = [...someDrivers('dri', '/a/x_dri.so'), ...someDrivers('va-api', '/a/v.so', '/b/v.so')];
    expect(play(batched, both).searchPath).toEqual({
      dri: ['dri/0', 'dri/1', 'dri/2'],
      'va-api': ['dri/0', 'dri/1', 'dri/2'],
    });
    expect(play(perDriver, both).searchPath).toEqual({ dri: [], 'va-api': ['dri/1'] });
  });

  it('per-driver numbers what follows a repeated SONAME, batched does not', () => {
    const repeated = someDrivers('vulkan-icd', 'libvk.so', 'libvk.so', '/a/own.so');
    expect(linksOf(play(perDriver, repeated).bindings)).toEqual(['vulkan/2/own.so']);
    expect(linksOf(play(batched, repeated).bindings)).toEqual(['vulkan/own.so']);
  });
});

describe('batched-dedup', () => {
  const drivers = someDrivers('dri', '/dri/crocus_dri.so', '/dri/iris_dri.so', '/dri/other_dri.so');
  const oneFile = someFacts({ fileIdentity: (path) => (path.includes('other') ? 'other' : 'mesa') });

  it('captures a file under the first of its names and copies its link for the others', () => {
    const { calls, bindings } = play(batchedDedup, drivers, { facts: oneFile });
    expect(calls[0]?.patterns.map((pattern) => pattern.split('/').at(-1))).toEqual([
      'crocus_dri.so',
      'other_dri.so',
    ]);
    expect(bindings[1]).toMatchObject({
      kind: 'copied',
      link: 'dri/iris_dri.so',
      source: 'dri/crocus_dri.so',
      target: '/dri/crocus_dri.so',
    });
  });

  it('asks for the dependencies of a file once', () => {
    const { calls } = play(batchedDedup, drivers, { facts: oneFile });
    expect(calls.at(-1)?.patterns.slice(EDITIONS['2022'].basePatterns.length)).toEqual([
      'only-dependencies:if-exists:if-same-abi:path:/dri/crocus_dri.so',
      'only-dependencies:if-exists:if-same-abi:path:/dri/other_dri.so',
    ]);
  });

  it('has nothing to copy when the first name was not captured', () => {
    const { bindings } = play(batchedDedup, drivers, { facts: oneFile, missing: ['/dri/crocus_dri.so'] });
    expect(bindings.map(({ kind }) => kind)).toEqual(['nonexistent', 'nonexistent', 'captured']);
  });

  it('takes files that cannot be found for different ones', () => {
    const { calls } = play(batchedDedup, drivers, { facts: someFacts({ fileIdentity: () => null }) });
    expect(calls[0]?.patterns).toHaveLength(3);
  });
});

describe('after the drivers', () => {
  it.each(Object.entries(PLANS))('%s captures the libc family when the libc was captured', (_, plan) => {
    expect(destinations(play(plan, [], { fromMain: ['libc.so.6'] }))).toEqual(['.', '.']);
    expect(destinations(play(plan, [], { fromMain: ['libm.so.6'] }))).toEqual(['.']);
  });

  it.each(Object.entries(PLANS))('%s captures s2tc once for each name of its directory', (_, plan) => {
    const facts = someFacts({ s2tcLibdirs: ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu'] });
    expect(
      play(plan, [], { facts })
        .calls.slice(1)
        .map(({ patterns }) => patterns),
    ).toEqual([
      ['path-match:/lib/x86_64-linux-gnu/libtxc_dxtn.so'],
      ['path-match:/usr/lib/x86_64-linux-gnu/libtxc_dxtn.so'],
    ]);
  });

  it('asks where s2tc may be when all else is captured, not before', () => {
    let asked = false;
    const facts: ProviderFacts = {
      ...someFacts(),
      get s2tcLibdirs() {
        asked = true;
        return [];
      },
    };
    const calls = remainingCalls('x86_64-linux-gnu', [], facts, EDITIONS['2022']);
    calls.next();
    expect(asked).toBe(false);
    calls.next({ links: new Map() });
    expect(asked).toBe(true);
  });

  it.each([
    { edition: EDITIONS['2022'], folder: 'graphics-stack' },
    { edition: EDITIONS['2026'], folder: 'graphics-stack-2026' },
  ])('the main call of $edition.name begins with the patterns that were recorded', ({ edition, folder }) => {
    const recorded: unknown = JSON.parse(
      readFileSync(new URL(`../../golden/${folder}/base-patterns.json`, import.meta.url), 'utf8'),
    );
    expect(edition.basePatterns).toEqual(recorded);
    expect(play(batched, [], { edition }).calls[0]?.patterns).toEqual(recorded);
  });
});

describe('a driver without a library', () => {
  const drivers: readonly Driver[] = [
    {
      driverClass: 'vulkan-implicit-layer',
      index: 0,
      library: { kind: 'none', reason: 'meta-layer', written: null },
      manifest: null,
    },
    {
      driverClass: 'vulkan-implicit-layer',
      index: 1,
      library: { kind: 'none', reason: 'dynamic-tokens', written: '$ORIGIN/l.so' },
      manifest: null,
    },
    {
      driverClass: 'vulkan-implicit-layer',
      index: 2,
      library: { kind: 'absolute', path: '/a/l.so' },
      manifest: null,
    },
  ];

  it.each(Object.entries(PLANS))('%s leaves it out, and it keeps its index', (_, plan) => {
    expect(play(plan, drivers).bindings.map(({ kind, driver }) => [driver.index, kind])).toEqual([
      [0, 'meta-layer'],
      [1, 'nonexistent'],
      [2, 'captured'],
    ]);
  });
});

describe('many drivers', () => {
  it.each(Object.entries(PLANS))('%s plans 10,000 in under a second', (_, plan) => {
    const drivers = different('dri', 10_000);
    const start = process.cpuUsage();
    const { bindings } = play(plan, drivers);
    const { user, system } = process.cpuUsage(start);
    expect(bindings).toHaveLength(10_000);
    expect((user + system) / 1e6).toBeLessThan(1);
  });
});
