import { describe, expect, it } from 'vitest';
import type { ArchitectureSettings } from '../../../src/core/drivers/provider-manifest.ts';
import { DEFAULT_IMPORTS } from '../../../src/core/drivers/driver-classes.ts';
import type { EnumerationInputs } from '../../../src/core/editions/edition.ts';
import {
  DEFAULT_EDITION,
  type EditionName,
  EDITIONS,
  EDITION_NAMES,
  editionNamed,
  isEditionName,
} from '../../../src/core/editions/editions.ts';
import { batched } from '../../../src/core/planning/batched.ts';
import { perDriver } from '../../../src/core/planning/per-driver.ts';
import { play, someDrivers, someFacts } from '../../builders/drivers.ts';

const { '2022': EDITION_2022, '2026': EDITION_2026 } = EDITIONS;

describe('the table of editions', () => {
  it('knows each by its name, and today’s without one', () => {
    for (const name of EDITION_NAMES) expect(editionNamed(name).name).toBe(name);
    expect(editionNamed()).toBe(EDITIONS[DEFAULT_EDITION]);
    expect(['2022', '2025', 'toString'].map(isEditionName)).toEqual([true, false, false]);
  });
});

describe('what enumeration by launches would have cost upstream', () => {
  const nothing: ArchitectureSettings = {
    ...{ dri: null, gbm: null, gconv: null, fallbackPaths: null },
    ...{ va_api: true, vdpau: true },
  };
  const cost = (edition: EditionName, inputs: Partial<EnumerationInputs>): readonly number[] => {
    const { captureTool, printLdSo, inspectLibrary, timeout } = EDITIONS[edition].enumeration({
      ...{ isHost: false, isFlatpak: false, env: {}, settings: null },
      ...inputs,
    });
    return [captureTool, printLdSo, inspectLibrary, timeout];
  };

  // Sources: our graphics-stack specification, section 11, and that of the edition of 2026, B12.
  it.each<{ edition: EditionName; given: string; inputs: Partial<EnumerationInputs>; costs: number[] }>([
    { edition: '2022', given: 'a sysroot', inputs: {}, costs: [5, 1, 0, 0] },
    { edition: '2022', given: '/', inputs: { isHost: true }, costs: [1, 1, 9, 9] },
    {
      edition: '2022',
      given: 'DRI’s variable',
      inputs: { env: { LIBGL_DRIVERS_PATH: '' } },
      costs: [3, 1, 0, 0],
    },
    {
      edition: '2022',
      given: 'VA-API’s variable',
      inputs: { env: { LIBVA_DRIVERS_PATH: '/' } },
      costs: [4, 1, 0, 0],
    },
    {
      edition: '2022',
      given: 'VDPAU’s variable',
      inputs: { env: { VDPAU_DRIVER_PATH: '/' } },
      costs: [3, 1, 0, 0],
    },
    { edition: '2022', given: 'Flatpak', inputs: { isFlatpak: true }, costs: [2, 1, 0, 0] },
    { edition: '2026', given: 'a sysroot', inputs: {}, costs: [5, 1, 0, 0] },
    { edition: '2026', given: '/', inputs: { isHost: true }, costs: [1, 1, 7, 0] },
    {
      edition: '2026',
      given: 'DRI’s variable',
      inputs: { env: { LIBGL_DRIVERS_PATH: '/' } },
      costs: [4, 1, 0, 0],
    },
    {
      edition: '2026',
      given: 'GBM’s variable',
      inputs: { env: { GBM_BACKENDS_PATH: '/' } },
      costs: [4, 1, 0, 0],
    },
    {
      edition: '2026',
      given: 'VDPAU’s variable',
      inputs: { env: { VDPAU_DRIVER_PATH: '/' } },
      costs: [3, 1, 0, 0],
    },
    { edition: '2026', given: 'Flatpak', inputs: { isFlatpak: true }, costs: [2, 1, 0, 0] },
    { edition: '2026', given: 'a manifest', inputs: { settings: nothing }, costs: [5, 0, 0, 0] },
    {
      edition: '2026',
      given: 'one with dri',
      inputs: { settings: { ...nothing, dri: '/d' } },
      costs: [3, 0, 0, 0],
    },
    {
      edition: '2026',
      given: 'one with gbm',
      inputs: { settings: { ...nothing, gbm: '/g' } },
      costs: [4, 0, 0, 0],
    },
    {
      edition: '2026',
      given: 'one without VDPAU',
      inputs: { settings: { ...nothing, vdpau: false } },
      costs: [3, 0, 0, 0],
    },
    {
      edition: '2026',
      given: 'one without VA-API',
      inputs: { settings: { ...nothing, va_api: false } },
      costs: [4, 0, 0, 0],
    },
    {
      edition: '2026',
      given: 'one with all of these',
      inputs: { settings: { ...nothing, dri: '/d', gbm: '/g', vdpau: false, va_api: false } },
      costs: [0, 0, 0, 0],
    },
    {
      edition: '2026',
      given: '/ with a manifest of directories',
      inputs: { isHost: true, settings: { ...nothing, dri: '/d', gbm: '/g' } },
      costs: [1, 0, 1, 0],
    },
  ])('$edition, $given → $costs', ({ edition, inputs, costs }) => {
    expect(cost(edition, inputs)).toEqual(costs);
  });
});

describe('the environment of the container in 2026', () => {
  const environment = (given: Partial<Parameters<typeof EDITION_2026.environment>[0]>) =>
    EDITION_2026.environment({
      captures: [{ arch: 'x86_64-linux-gnu', searchPath: { gbm: ['gbm/0'] } }],
      manifests: new Map(),
      overridesInContainer: '/o',
      imports: DEFAULT_IMPORTS,
      env: {},
      ...given,
    });

  it('always has a path of GBM backends, numbered directories behind', () => {
    expect(environment({})['GBM_BACKENDS_PATH']).toBe(
      '/o/lib/x86_64-linux-gnu/gbm:/o/lib/x86_64-linux-gnu/gbm/0',
    );
  });

  it('leads to layers that were passed on, and takes the others away', () => {
    const manifests = new Map([['vulkan-implicit-layer', ['/o/l.json']]] as const);
    expect(environment({ manifests })).toMatchObject({
      VK_LAYER_PATH: null,
      VK_IMPLICIT_LAYER_PATH: '/o/share/vulkan/implicit_layer.d',
      VK_ADD_LAYER_PATH: null,
      VK_ADD_IMPLICIT_LAYER_PATH: null,
      XDG_DATA_DIRS: '/o/share:/usr/local/share:/usr/share',
    });
  });

  it('leaves the variables of layers alone where none are imported', () => {
    const imports = { ...DEFAULT_IMPORTS, vulkanLayers: false };
    expect(Object.keys(environment({ imports })).filter((name) => /^VK_.*LAYER|^XR_/u.test(name))).toEqual(
      [],
    );
  });

  it.each([
    { given: undefined, directories: '/o/etc/xdg:/etc/xdg' },
    { given: '', directories: '/o/etc/xdg:/etc/xdg' },
    { given: '/conf', directories: '/o/etc/xdg:/conf' },
  ])('puts an OpenXR runtime before $given', ({ given, directories }) => {
    const manifests = new Map([['openxr-runtime', ['/o/r.json']]] as const);
    const env = given === undefined ? {} : { XDG_CONFIG_DIRS: given };
    expect(environment({ manifests, env })['XDG_CONFIG_DIRS']).toBe(directories);
    expect(environment({ env })['XDG_CONFIG_DIRS']).toBe(given);
  });
});

it('in 2022 the host’s own additional layers stay as they are', () => {
  const inputs = { captures: [], manifests: new Map(), overridesInContainer: '/o', imports: DEFAULT_IMPORTS };
  const environment = (env: Record<string, string>) => EDITION_2022.environment({ ...inputs, env });
  expect(environment({ VK_ADD_LAYER_PATH: '/mine' })).toMatchObject({ VK_ADD_LAYER_PATH: '/mine' });
  expect(environment({})).not.toHaveProperty('VK_ADD_LAYER_PATH');
});

describe('plans', () => {
  it('per-driver decides for each layer anew whether it is numbered, and for ICDs once', () => {
    const libraries = ['/a/l.so', '/b/l.so', '/a/m.so'];
    const destinations = (driverClass: 'vulkan-explicit-layer' | 'vulkan-icd') =>
      play(perDriver, someDrivers(driverClass, ...libraries)).calls.map(({ dest }) => dest);
    expect(destinations('vulkan-explicit-layer')).toEqual([
      'vulkan_exp_layer',
      'vulkan_exp_layer/1',
      'vulkan_exp_layer',
      '.',
    ]);
    expect(destinations('vulkan-icd')).toEqual(['vulkan', 'vulkan/1', 'vulkan/2', '.']);
  });

  it('pad numbers to one width in 2026', () => {
    const drivers = someDrivers('dri', ...Array.from({ length: 11 }, (_, i) => `/${i}/x_dri.so`));
    const first = (edition: EditionName) =>
      play(batched, drivers, { edition: EDITIONS[edition] }).calls[0]?.dest;
    expect([first('2022'), first('2026')]).toEqual(['dri/0', 'dri/00']);
  });

  it('capture GBM backends by themselves, before the main call', () => {
    const drivers = [...someDrivers('dri', '/d/x_dri.so'), ...someDrivers('gbm', '/g/x_gbm.so')];
    const { calls } = play(batched, drivers, { edition: EDITION_2026 });
    expect(calls.map(({ dest }) => dest)).toEqual(['dri', 'gbm', '.']);
  });

  it('ask for NVIDIA’s libraries by version where a module is loaded, in 2026', () => {
    const main = (edition: EditionName) =>
      play(batched, [], { edition: EDITIONS[edition], facts: someFacts({ nvidiaVersion: '580.1' }) })
        .calls[0];
    const { basePatterns } = EDITION_2026;
    expect(main('2026')?.patterns.slice(basePatterns.length)).toHaveLength(8);
    expect(main('2026')?.patterns.at(-1)).toBe(
      'if-exists:even-if-older:soname:libnvidia-vulkan-producer.so.580.1',
    );
    expect(main('2022')?.patterns).toEqual(EDITION_2022.basePatterns);
  });

  it('let families follow the library that was captured, each in a call that may fail', () => {
    const fromMain = ['libc.so.6', 'libcrypto.so.3', 'libxkbcommon.so.0'];
    const families = (edition: EditionName) =>
      play(batched, [], { edition: EDITIONS[edition], fromMain })
        .calls.slice(1)
        .map(({ purpose, mayFail }) => `${purpose} ${mayFail ? 'may fail' : 'must not fail'}`);
    expect(families('2022')).toEqual(['libc-family must not fail']);
    expect(families('2026')).toEqual([
      'libc-family may fail',
      'libcrypto-family may fail',
      'libxkbcommon-family may fail',
    ]);
  });
});
