import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Driver } from '../../../src/core/drivers/driver.ts';
import { linkAliases } from '../../../src/core/overrides/aliases.ts';
import { type Imports, DEFAULT_IMPORTS } from '../../../src/core/drivers/driver-classes.ts';
import { EDITIONS } from '../../../src/core/editions/editions.ts';
import { writeManifests } from '../../../src/core/overrides/manifests.ts';
import { createOverrides, linkPlatforms } from '../../../src/core/overrides/overrides-tree.ts';
import { defaultProviderInContainer } from '../../../src/core/overrides/places.ts';
import type { AliasRules } from '../../../src/core/editions/edition.ts';
import type { ArchitectureCapture } from '../../../src/core/overrides/run-plan.ts';
import type { Binding } from '../../../src/core/planning/plan.ts';
import type { Tuple } from '../../../src/core/sysroot/architectures.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { EnvironmentError, UsageError } from '../../../src/errors.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

const EDITION = EDITIONS['2022'];
const WITHOUT_LAYERS: Imports = { ...DEFAULT_IMPORTS, vulkanLayers: false };
const IN_CONTAINER = { providerInContainer: '/run/gfx', overridesInContainer: '/o' };

/** Empty overrides, a provider and a container; `files` are paths in provider or container with their content. */
function places(files: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  for (const name of ['provider', 'container']) mkdirSync(join(folder, name));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const overrides = join(folder, 'overrides');
  createOverrides(overrides, {
    architectures: ['x86_64-linux-gnu', 'i386-linux-gnu'],
    edition: EDITION,
    imports: DEFAULT_IMPORTS,
  });
  const [provider, container] = [
    openSysroot(join(folder, 'provider')),
    openSysroot(join(folder, 'container')),
  ];
  return { overrides, provider, container, ...IN_CONTAINER };
}

function aFile(): string {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, '');
  return path;
}

function aCapture(arch: Tuple, bindings: readonly Binding[] = []): ArchitectureCapture {
  return { arch, calls: [], links: new Map(), bindings, searchPath: {} };
}

function aVulkanDriver(index: number, path: string): Driver {
  return {
    driverClass: 'vulkan-icd',
    index,
    library: { kind: 'soname', soname: 'libvk.so' },
    manifest: {
      path,
      digest: path,
      content: { kind: 'icd', apiVersion: '1.3', isPortabilityDriver: false },
    },
  };
}

describe('manifests', () => {
  it('are rewritten for each architecture that the driver was captured for, then given as they were', () => {
    const where = places();
    const driver = aVulkanDriver(3, '/usr/share/vulkan/icd.d/x.json');
    const captured: Binding = { kind: 'captured', driver, link: 'vulkan/libvk.so', target: '/run/gfx/x.so' };
    const lists = writeManifests(
      [aCapture('x86_64-linux-gnu', [captured]), aCapture('i386-linux-gnu', [{ kind: 'soname', driver }])],
      where,
      EDITION,
    );
    expect(lists.get('vulkan-icd')).toEqual([
      '/o/share/vulkan/icd.d/3-x86_64-linux-gnu.json',
      '/o/share/vulkan/icd.d/3.json',
    ]);
    expect(readFileSync(`${where.overrides}/share/vulkan/icd.d/3-x86_64-linux-gnu.json`, 'utf8')).toBe(
      `${JSON.stringify(
        {
          file_format_version: '1.0.0',
          ICD: { library_path: '/o/lib/x86_64-linux-gnu/vulkan/libvk.so', api_version: '1.3' },
        },
        null,
        2,
      )}\n`,
    );
  });

  it('of a driver that exists nowhere are left out', () => {
    const driver = aVulkanDriver(0, '/usr/x.json');
    const lists = writeManifests(
      [aCapture('i386-linux-gnu', [{ kind: 'nonexistent', driver }])],
      places(),
      EDITION,
    );
    expect(lists.get('vulkan-icd')).toEqual([]);
  });

  it.each([
    ['/usr/share/x.json', '/run/gfx/usr/share/x.json'],
    ['/etc/x.json', '/run/gfx/etc/x.json'],
    ['/lib64/x.json', '/run/gfx/lib64/x.json'],
    ['/libexec/x.json', '/run/gfx/libexec/x.json'],
    ['/sbin/x.json', '/run/gfx/sbin/x.json'],
    ['/home/x.json', '/run/gfx/home/x.json'],
    ['//usr//x.json', '/run/gfx//usr//x.json'],
    ['/nix/store/x.json', '/nix/store/x.json'],
    ['/gnu/store/x.json', '/gnu/store/x.json'],
  ])('that lie in %s are linked to %s', (path, target) => {
    const where = places();
    const binding: Binding = { kind: 'soname', driver: aVulkanDriver(0, path) };
    writeManifests([aCapture('x86_64-linux-gnu', [binding])], where, EDITION);
    expect(readlinkSync(`${where.overrides}/share/vulkan/icd.d/0.json`)).toBe(target);
  });

  it.each(['/opt/x.json', '/gnu/x.json', '/games/x.json'])(
    'that the container cannot see are copied: %s',
    (path) => {
      const where = places({ [`provider${path}`]: '{"a": 1}' });
      const binding: Binding = { kind: 'soname', driver: aVulkanDriver(0, path) };
      writeManifests([aCapture('x86_64-linux-gnu', [binding])], where, EDITION);
      const copy = `${where.overrides}/share/vulkan/icd.d/0.json`;
      expect(readFileSync(copy, 'utf8')).toBe('{"a": 1}');
      expect(statSync(copy).mode & 0o777).toBe(0o600);
    },
  );
});

describe('aliases', () => {
  const abi = (...libraries: readonly unknown[]) => ({
    'container/usr/lib/steamrt/steam-runtime-abi.json': JSON.stringify({ shared_libraries: libraries }),
  });
  const aliasesIn = (
    where: ReturnType<typeof places>,
    reports: string[] = [],
    rules: AliasRules = EDITION.aliases,
  ) => {
    linkAliases('x86_64-linux-gnu', { ...where, primary: 'x86_64-linux-gnu' }, rules, (message) => {
      reports.push(message);
    });
    return (alias: string): string | null => {
      const path = `${where.overrides}/lib/x86_64-linux-gnu/aliases/${alias}`;
      try {
        return readlinkSync(path);
      } catch {
        return null;
      }
    };
  };

  it('lead to what was captured, else to the container', () => {
    const where = places({
      ...abi(
        { 'liba.so.1': { aliases: ['liba.so.0'] } },
        { 'libb.so.1': { aliases: ['libb.so.0'] } },
        { 'libc.so.1': {} },
      ),
      'container/lib/x86_64-linux-gnu/libb.so.1': '',
    });
    symlinkSync('/run/gfx/liba.so.1', `${where.overrides}/lib/x86_64-linux-gnu/liba.so.1`);
    const aliasOf = aliasesIn(where);
    expect(aliasOf('liba.so.0')).toBe('/o/lib/x86_64-linux-gnu/liba.so.1');
    expect(aliasOf('libb.so.0')).toBe('/lib/x86_64-linux-gnu/libb.so.1');
  });

  it('end at the first that leads nowhere', () => {
    const where = places({
      ...abi({ 'libmissing.so.1': { aliases: ['x.so'] } }, { 'libb.so.1': { aliases: ['libb.so.0'] } }),
      'container/usr/lib/x86_64-linux-gnu/libb.so.1': '',
    });
    const reports: string[] = [];
    expect(aliasesIn(where, reports)('libb.so.0')).toBeNull();
    expect(reports).toEqual([expect.stringContaining('libmissing.so.1')]);
  });

  it('are left out from the first that no folder can hold', () => {
    const tooLong = 'é'.repeat(128);
    const where = places({
      ...abi({ 'libb.so.1': { aliases: ['first.so', tooLong, 'last.so'] } }),
      'container/usr/lib/x86_64-linux-gnu/libb.so.1': '',
    });
    const reports: string[] = [];
    const aliasOf = aliasesIn(where, reports);
    expect(aliasOf('first.so')).not.toBeNull();
    expect(aliasOf('last.so')).toBeNull();
    expect(reports).toEqual([expect.stringContaining('is no file name')]);
  });

  it('never leave their folder', () => {
    const where = places({
      ...abi({ 'libb.so.1': { aliases: ['../../../../escaped'] } }),
      'container/usr/lib/x86_64-linux-gnu/libb.so.1': '',
    });
    aliasesIn(where);
    expect(existsSync(join(where.overrides, '../escaped'))).toBe(false);
    expect(aliasesIn(where)('../../../../escaped')).toBeNull();
  });

  it('are done without when the file is damaged', () => {
    const reports: string[] = [];
    aliasesIn(places({ 'container/usr/lib/steamrt/steam-runtime-abi.json': '{' }), reports);
    expect(reports).toEqual([expect.stringContaining('steam-runtime-abi.json')]);
  });
});

describe('the environment of the container', () => {
  const environment = (env: Record<string, string> = {}, lists: Record<string, readonly string[]> = {}) =>
    EDITION.environment({
      captures: [{ ...aCapture('x86_64-linux-gnu'), searchPath: { dri: ['dri/1'] } }],
      manifests: new Map(
        (['vulkan-icd', 'vulkan-implicit-layer'] as const).map((name) => [name, lists[name] ?? []]),
      ),
      overridesInContainer: '/o',
      imports: DEFAULT_IMPORTS,
      env,
    });

  it('names the directories of modules, numbered ones behind', () => {
    expect(environment()).toMatchObject({
      LIBGL_DRIVERS_PATH: '/o/lib/x86_64-linux-gnu/dri:/o/lib/x86_64-linux-gnu/dri/1',
      LIBVA_DRIVERS_PATH: '/o/lib/x86_64-linux-gnu/dri',
      VDPAU_DRIVER_PATH: '/o/lib/platform-${PLATFORM}/vdpau',
    });
  });

  it('removes what the host had set and nothing took the place of', () => {
    expect(environment({ VK_DRIVER_FILES: '/host.json' })).toMatchObject({
      VK_DRIVER_FILES: null,
      VK_ICD_FILENAMES: null,
      VK_LAYER_PATH: null,
      __EGL_VENDOR_LIBRARY_DIRS: null,
    });
  });

  it('has both architectures of the family on the library path, whichever was captured', () => {
    expect(environment()['LD_LIBRARY_PATH']).toBe(
      '/o/lib/x86_64-linux-gnu:/o/lib/x86_64-linux-gnu/aliases:/o/lib/i386-linux-gnu:/o/lib/i386-linux-gnu/aliases',
    );
  });

  it('puts the overrides in front of the data directories when there are layers', () => {
    const layers = { 'vulkan-implicit-layer': ['/o/l.json'] };
    expect(environment({}, layers)['XDG_DATA_DIRS']).toBe('/o/share:/usr/local/share:/usr/share');
    expect(environment({ XDG_DATA_DIRS: '/x' }, layers)['XDG_DATA_DIRS']).toBe('/o/share:/x');
    expect(environment({ XDG_DATA_DIRS: '' }, layers)['XDG_DATA_DIRS']).toBe(
      '/o/share:/usr/local/share:/usr/share',
    );
    expect(environment({ XDG_DATA_DIRS: '/x' })['XDG_DATA_DIRS']).toBe('/x');
  });
});

describe('a folder for overrides', () => {
  it('may be there when it is empty', () => {
    const folder = temporaryFolder();
    createOverrides(folder, {
      architectures: ['aarch64-linux-gnu'],
      edition: EDITION,
      imports: WITHOUT_LAYERS,
    });
    linkPlatforms(folder, 'aarch64-linux-gnu');
    expect(readlinkSync(`${folder}/lib/platform-aarch64`)).toBe('aarch64-linux-gnu');
    expect(existsSync(`${folder}/share/vulkan/icd.d`)).toBe(true);
    expect(existsSync(`${folder}/share/vulkan/implicit_layer.d`)).toBe(false);
  });

  it.each([
    { given: 'in /proc', path: () => '/proc/nothing/o' },
    { given: 'below a file', path: () => join(aFile(), 'o') },
  ])('that cannot be made $given is told', ({ path }) => {
    expect(() => {
      createOverrides(path(), {
        architectures: ['aarch64-linux-gnu'],
        edition: EDITION,
        imports: WITHOUT_LAYERS,
      });
    }).toThrow(EnvironmentError);
  });

  it('is refused when anything is in it', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'x'), '');
    expect(() => {
      createOverrides(folder, {
        architectures: ['aarch64-linux-gnu'],
        edition: EDITION,
        imports: WITHOUT_LAYERS,
      });
    }).toThrow(UsageError);
  });

  it('is refused when it is a file', () => {
    const path = aFile();
    expect(() => {
      createOverrides(path, {
        architectures: ['aarch64-linux-gnu'],
        edition: EDITION,
        imports: WITHOUT_LAYERS,
      });
    }).toThrow(`${path}: expected no folder or an empty one, found a file`);
  });
});

it.each([
  { tree: 'the host’s own tree', path: () => '/', place: '/run/host' },
  { tree: 'any other', path: temporaryFolder, place: '/run/gfx' },
])('a container sees $tree at $place unless told otherwise', ({ path, place }) => {
  expect(defaultProviderInContainer(openSysroot(path()), EDITION)).toBe(place);
});
