import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { discoverDrivers, type DiscoverOptions } from '../../../src/core/drivers/discover.ts';
import type { DriverClassName } from '../../../src/core/drivers/driver.ts';
import { EDITIONS } from '../../../src/core/editions/editions.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { recordedCase, type RecordedTrees, unpackTrees } from '../../builders/recorded-stacks.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

/** A tree with one Vulkan manifest at each path; the library is called after the path. */
function withVulkanManifests(...paths: readonly string[]): string {
  const root = temporaryFolder();
  for (const path of paths) {
    writeManifest(root, path, {
      file_format_version: '1.0.0',
      ICD: { library_path: `${path}.so`, api_version: '1' },
    });
  }
  return root;
}

function writeManifest(root: string, path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(content));
}

/** Libraries of a class, as x86-64 has them. */
function libraries(
  root: string,
  driverClass: DriverClassName,
  options: Partial<DiscoverOptions> = {},
): readonly string[] {
  const drivers = discoverDrivers({
    provider: openSysroot(root),
    edition: EDITIONS['2022'],
    architectures: ['x86_64-linux-gnu'],
    env: { HOME: '/home/user' },
    cwd: '/home/user/dir',
    ...options,
  });
  return (drivers.get('x86_64-linux-gnu') ?? [])
    .filter((driver) => driver.driverClass === driverClass)
    .map(({ library }) => {
      if (library.kind === 'none') return library.reason;
      return library.kind === 'absolute' ? library.path : library.soname;
    });
}

describe('Vulkan search directories', () => {
  const everywhere = [
    '/home/user/.config/vulkan/icd.d/a.json',
    '/etc/xdg/vulkan/icd.d/a.json',
    '/etc/vulkan/icd.d/a.json',
    '/home/user/.local/share/vulkan/icd.d/a.json',
    '/usr/local/share/vulkan/icd.d/a.json',
    '/usr/share/vulkan/icd.d/a.json',
    '/usr/share/vulkan/icd.d/b.json',
  ];
  const libs = (...paths: readonly string[]) => paths.map((path) => `${path}.so`);

  it('are searched from the most personal to the most general', () => {
    expect(libraries(withVulkanManifests(...[...everywhere].reverse()), 'vulkan-icd')).toEqual(
      libs(...everywhere),
    );
  });

  it('move with the XDG variables; ~/.local/share is always searched', () => {
    const root = withVulkanManifests(
      ...['/c/vulkan/icd.d/1.json', '/d/vulkan/icd.d/2.json', '/h/vulkan/icd.d/3.json'],
      ...['/home/user/.local/share/vulkan/icd.d/4.json', '/e/vulkan/icd.d/5.json'],
      '/usr/share/vulkan/icd.d/not.json',
    );
    const env = {
      HOME: '/home/user',
      XDG_CONFIG_HOME: '/c',
      XDG_CONFIG_DIRS: '/d',
      XDG_DATA_HOME: '/h',
      XDG_DATA_DIRS: '/e:/none',
    };
    expect(libraries(root, 'vulkan-icd', { env }).map((path) => path.at(-9))).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
  });

  it.each<{ given: string; env: Record<string, string>; found: readonly string[] }>([
    {
      given: 'XDG_CONFIG_HOME is empty',
      env: { XDG_CONFIG_HOME: '' },
      found: ['/cwd/vulkan/icd.d/a.json', '/usr/share/vulkan/icd.d/a.json'],
    },
    { given: 'XDG_DATA_DIRS is empty', env: { XDG_DATA_DIRS: '' }, found: [] },
    {
      given: 'an element is empty',
      env: { XDG_DATA_DIRS: '/usr/share/::/usr/share' },
      found: ['/usr/share/vulkan/icd.d/a.json', '/cwd/vulkan/icd.d/a.json'],
    },
  ])('count as set when $given', ({ env, found }) => {
    const root = withVulkanManifests('/usr/share/vulkan/icd.d/a.json', '/cwd/vulkan/icd.d/a.json');
    const options = { env: { HOME: '/home/user', ...env }, cwd: '/cwd' };
    expect(libraries(root, 'vulkan-icd', options)).toEqual(libs(...found));
  });

  it('are searched once, under the first of their names', () => {
    const root = withVulkanManifests('/usr/share/vulkan/icd.d/a.json');
    mkdirSync(join(root, 'etc'));
    symlinkSync('../usr/share/vulkan', join(root, 'etc/vulkan'));
    expect(libraries(root, 'vulkan-icd')).toEqual(libs('/usr/share/vulkan/icd.d/a.json'));
  });

  it('lose what lies behind an absolute link: it is found inside the tree, but opened outside', () => {
    const root = withVulkanManifests('/usr/share/vulkan/icd.d/a.json');
    mkdirSync(join(root, 'etc'));
    symlinkSync('/usr/share/vulkan', join(root, 'etc/vulkan'));
    expect(libraries(root, 'vulkan-icd')).toEqual([]);
  });

  it.each<{ given: string; env: Record<string, string>; found: readonly string[] }>([
    {
      given: 'VK_DRIVER_FILES alone',
      env: { VK_DRIVER_FILES: '/x/b.json:/x/a.json' },
      found: ['/x/b.json', '/x/a.json'],
    },
    {
      given: 'VK_DRIVER_FILES before VK_ICD_FILENAMES',
      env: { VK_DRIVER_FILES: '/x/a.json', VK_ICD_FILENAMES: '/x/b.json' },
      found: ['/x/a.json'],
    },
    { given: 'an empty list: no drivers', env: { VK_ICD_FILENAMES: '' }, found: [] },
    {
      given: 'VK_ADD_DRIVER_FILES in front',
      env: { VK_ADD_DRIVER_FILES: '/x/a.json' },
      found: ['/x/a.json', '/usr/share/vulkan/icd.d/u.json'],
    },
    {
      given: 'nothing added to a list',
      env: { VK_ICD_FILENAMES: '/x/b.json', VK_ADD_DRIVER_FILES: '/x/a.json' },
      found: ['/x/b.json'],
    },
    { given: 'a relative name', env: { VK_ICD_FILENAMES: 'c.json' }, found: ['/home/user/dir/c.json'] },
    {
      given: 'a file that is not there',
      env: { VK_ICD_FILENAMES: '/none.json:/x/a.json' },
      found: ['/x/a.json'],
    },
  ])('$given', ({ env, found }) => {
    const root = withVulkanManifests(
      '/x/a.json',
      '/x/b.json',
      '/home/user/dir/c.json',
      '/usr/share/vulkan/icd.d/u.json',
    );
    expect(libraries(root, 'vulkan-icd', { env })).toEqual(libs(...found));
  });
});

describe('variables of EGL', () => {
  const icd = (name: string) => ({ file_format_version: '1.0.0', ICD: { library_path: `${name}.so` } });

  it.each<{ given: string; env: Record<string, string>; found: readonly string[] }>([
    { given: 'none', env: {}, found: ['etc.so', 'share.so'] },
    {
      given: 'a list of manifests, repeated as it is',
      env: { __EGL_VENDOR_LIBRARY_FILENAMES: '/x/b.json:/x/a.json:/x/b.json' },
      found: ['b.so', 'a.so', 'b.so'],
    },
    { given: 'an empty list of manifests', env: { __EGL_VENDOR_LIBRARY_FILENAMES: '' }, found: [] },
    {
      given: 'directories, each once however it is called',
      env: { __EGL_VENDOR_LIBRARY_DIRS: '/none:/x/:/link:/x' },
      found: ['a.so', 'b.so'],
    },
    { given: 'an empty list of directories', env: { __EGL_VENDOR_LIBRARY_DIRS: '' }, found: [] },
    {
      given: 'manifests before directories',
      env: { __EGL_VENDOR_LIBRARY_FILENAMES: '/x/b.json', __EGL_VENDOR_LIBRARY_DIRS: '/x' },
      found: ['b.so'],
    },
  ])('$given', ({ env, found }) => {
    const root = temporaryFolder();
    for (const name of ['a', 'b']) writeManifest(root, `/x/${name}.json`, icd(name));
    writeManifest(root, '/x/c.JSON', icd('c'));
    symlinkSync('x', join(root, 'link'));
    writeManifest(root, '/etc/glvnd/egl_vendor.d/1.json', icd('etc'));
    writeManifest(root, '/usr/share/glvnd/egl_vendor.d/0.json', icd('share'));
    expect(libraries(root, 'egl-icd', { env })).toEqual(found);
  });
});

describe('variables of Vulkan layers', () => {
  const layer = (name: string) => ({
    file_format_version: '1.1.0',
    layer: {
      ...{ name, type: 'GLOBAL', api_version: '1', implementation_version: '1', description: '' },
      library_path: `${name}.so`,
    },
  });

  it.each<{ env: Record<string, string>; explicit: readonly string[] }>([
    { env: {}, explicit: ['system.so'] },
    { env: { VK_LAYER_PATH: '/x' }, explicit: ['x.so'] },
    { env: { VK_LAYER_PATH: '' }, explicit: [] },
    { env: { VK_ADD_LAYER_PATH: '/x:/x' }, explicit: ['x.so', 'system.so'] },
    // What was added is not remembered: its directory is searched again.
    {
      env: { VK_ADD_LAYER_PATH: '/usr/share/vulkan/explicit_layer.d' },
      explicit: ['system.so', 'system.so'],
    },
    { env: { VK_LAYER_PATH: '/x', VK_ADD_LAYER_PATH: '/y' }, explicit: ['x.so'] },
  ])('$env → $explicit; implicit layers are where they always are', ({ env, explicit }) => {
    const root = temporaryFolder();
    for (const name of ['x', 'y']) writeManifest(root, `/${name}/1.json`, layer(name));
    writeManifest(root, '/usr/share/vulkan/explicit_layer.d/1.json', layer('system'));
    writeManifest(root, '/usr/share/vulkan/implicit_layer.d/1.json', layer('implicit'));
    expect(libraries(root, 'vulkan-explicit-layer', { env: { HOME: '/', ...env } })).toEqual(explicit);
    expect(libraries(root, 'vulkan-implicit-layer', { env: { HOME: '/', ...env } })).toEqual(['implicit.so']);
  });
});

describe('library_path', () => {
  it.each([
    ['/usr//lib/../x.so', '/usr//lib/../x.so'],
    ['x.so', 'x.so'],
    ['', ''],
    ['./x.so', '/usr/share/vulkan/icd.d/./x.so'],
    ['../x.so', '/usr/share/vulkan/icd.d/../x.so'],
    ['$LIB/x.so', '/usr/share/vulkan/icd.d/$LIB/x.so'],
  ])('%j of an ICD is %j', (written, found) => {
    const root = temporaryFolder();
    const icd = { library_path: written, api_version: '1' };
    writeManifest(root, '/usr/share/vulkan/icd.d/a.json', { file_format_version: '1.0.0', ICD: icd });
    expect(libraries(root, 'vulkan-icd')).toEqual([found]);
  });

  it('is relative to the folder of its manifest, however many slashes lead there', () => {
    const root = temporaryFolder();
    const icd = { library_path: './x.so', api_version: '1' };
    writeManifest(root, '/opt/a.json', { file_format_version: '1.0.0', ICD: icd });
    const env = { VK_DRIVER_FILES: '/opt//a.json:/a.json://opt/a.json' };
    expect(libraries(root, 'vulkan-icd', { env })).toEqual(['/opt/./x.so', '//opt/./x.so']);
  });

  it.each(['/usr/$LIB/x.so', '/usr/${LIB}x.so', './$ORIGIN/x.so', '/$PLATFORM/x.so'])(
    'of a layer is skipped when it holds a token: %s',
    (written) => {
      const root = temporaryFolder();
      const layer = {
        name: 'n',
        type: 't',
        api_version: '1',
        implementation_version: '1',
        description: 'd',
        library_path: written,
      };
      writeManifest(root, '/usr/share/vulkan/implicit_layer.d/a.json', {
        file_format_version: '1.0.0',
        layer,
      });
      expect(libraries(root, 'vulkan-implicit-layer')).toEqual(['dynamic-tokens']);
      expect(libraries(root, 'vulkan-implicit-layer', { imports: { vulkanLayers: false } })).toEqual([]);
    },
  );
});

describe('manifests that cannot be used', () => {
  it('are reported with their path and the reason, and take no index', () => {
    const root = withVulkanManifests('/usr/share/vulkan/icd.d/b.json');
    mkdirSync(join(root, 'usr/share/vulkan/icd.d/0-folder.json'));
    writeFileSync(join(root, 'usr/share/vulkan/icd.d/1-cut.json'), '{');
    symlinkSync('/none', join(root, 'usr/share/vulkan/icd.d/2-dangling.json'));
    symlinkSync('/dev/zero', join(root, 'usr/share/vulkan/icd.d/3-endless.json'));
    const reports: string[] = [];
    const report = (message: string) => void reports.push(message);
    expect(libraries(root, 'vulkan-icd', { report })).toEqual(['/usr/share/vulkan/icd.d/b.json.so']);
    expect(reports).toHaveLength(4);
    expect(reports[1]).toBe(
      '/usr/share/vulkan/icd.d/1-cut.json: passed over: line 1, column 2: expected the name of a member, in quotes, found the end of the file',
    );
  });

  it('lie within a confined tree, wherever links lead', () => {
    const root = withVulkanManifests('/usr/share/vulkan/icd.d/b.json');
    const outside = join(temporaryFolder(), 'x.json');
    writeFileSync(
      outside,
      '{"file_format_version": "1.0.0", "ICD": {"library_path": "/outside.so", "api_version": "1"}}',
    );
    symlinkSync(outside, join(root, 'usr/share/vulkan/icd.d/a.json'));
    symlinkSync('/usr/share/vulkan/icd.d/b.json', join(root, 'usr/share/vulkan/icd.d/c.json'));
    const found = (confined: boolean) =>
      libraries(root, 'vulkan-icd', { provider: openSysroot(root, { confined }) });
    const inside = found(true);
    expect(new Set(inside).size).toBe(1);
    expect(inside).toHaveLength(2);
    expect(found(false)).toEqual(['/outside.so', ...new Set(inside)]);
  });
});

describe('a Flatpak runtime', () => {
  it('has manifests of both architectures in places of its own', () => {
    const root = withVulkanManifests(
      ...[
        '/usr/lib/x86_64-linux-gnu/GL/vulkan/icd.d/1.json',
        '/usr/lib/x86_64-linux-gnu/vulkan/icd.d/2.json',
      ],
      ...[
        '/usr/lib/i386-linux-gnu/GL/vulkan/icd.d/3.json',
        '/usr/lib/extensions/vulkan/share/vulkan/icd.d/4.json',
      ],
    );
    expect(libraries(root, 'vulkan-icd')).toEqual([]);
    writeFileSync(join(root, '.flatpak-info'), '');
    expect(libraries(root, 'vulkan-icd').map((path) => path.at(-9))).toEqual(['1', '2', '3', '4']);
  });
});

describe('modules', () => {
  // Loaders and drivers of this recording are true libraries, with a true cache.
  let trees: RecordedTrees;
  beforeAll(() => {
    trees = unpackTrees(recordedCase('one-of-each'));
  });
  afterAll(() => {
    trees.remove();
  });

  it.each<{ given: string; env: Record<string, string>; found: Record<string, readonly string[]> }>([
    {
      given: 'nothing said: beside their loaders',
      env: {},
      found: {
        dri: ['/lib/x86_64-linux-gnu/dri/'],
        'va-api': ['/lib/x86_64-linux-gnu/dri/'],
        vdpau: ['/lib/x86_64-linux-gnu/vdpau/'],
      },
    },
    {
      given: 'an empty list: nowhere',
      env: { LIBGL_DRIVERS_PATH: '', LIBVA_DRIVERS_PATH: '', VDPAU_DRIVER_PATH: '' },
      found: { dri: [], 'va-api': [], vdpau: [] },
    },
    {
      given: 'a folder by two names, each searched',
      env: {
        LIBGL_DRIVERS_PATH:
          '/usr/lib/x86_64-linux-gnu/dri:/lib/x86_64-linux-gnu/dri:/usr/lib/x86_64-linux-gnu/dri',
      },
      found: { dri: ['/usr/lib/x86_64-linux-gnu/dri/', '/lib/x86_64-linux-gnu/dri/'] },
    },
  ])('$given', ({ env, found }) => {
    for (const driverClass of ['dri', 'va-api', 'vdpau'] as const) {
      if (found[driverClass] === undefined) continue;
      const folders = libraries(trees.provider, driverClass, { env: { HOME: '/', ...env } }).map(
        (path) => `${dirname(path)}/`,
      );
      expect([...new Set(folders)]).toEqual(found[driverClass]);
    }
  });

  it('of VDPAU lie on LD_LIBRARY_PATH as well, or at one place, which may have a colon in its name', () => {
    const root = join(temporaryFolder(), 'copy');
    cpSync(trees.provider, root, { recursive: true, verbatimSymlinks: true });
    const folder = join(root, 'usr/lib/x86_64-linux-gnu/vdpau');
    cpSync(folder, join(root, 'opt/a:b'), { recursive: true });
    symlinkSync('/opt', join(root, 'link'));
    const foldersWith = (env: Record<string, string>): readonly string[] => [
      ...new Set(libraries(root, 'vdpau', { env: { HOME: '/', ...env } }).map((path) => dirname(path))),
    ];
    const besideLoader = '/lib/x86_64-linux-gnu/vdpau';
    expect(foldersWith({ VDPAU_DRIVER_PATH: '/opt/a:b' })).toEqual(['/opt/a:b']);
    cpSync(folder, join(root, 'opt'), { recursive: true });
    expect(foldersWith({ LD_LIBRARY_PATH: ':/none:/link:/opt' })).toEqual([besideLoader, '/opt']);
  });

  it('of VDPAU that are found by name are left out where their folder was searched already', () => {
    const variants = unpackTrees(recordedCase('vdpau-variants'));
    onTestFinished(() => {
      variants.remove();
    });
    const root = variants.provider;
    const byName = (env: Record<string, string>) =>
      libraries(root, 'vdpau', { env: { HOME: '/', ...env } }).filter((path) => path.startsWith(root));
    const [found = ''] = byName({});
    expect(found).toContain('libvdpau_');
    // A folder of the tree that is called as the folder of the driver is on the machine.
    mkdirSync(join(root, dirname(found)), { recursive: true });
    expect(byName({ LD_LIBRARY_PATH: dirname(found) })).not.toContain(found);
  });

  it('of a Flatpak runtime lie in places of their own, those of VDPAU where they always do', () => {
    const root = join(temporaryFolder(), 'copy');
    cpSync(trees.provider, root, { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(root, '.flatpak-info'), '');
    const libdir = join(root, 'usr/lib/x86_64-linux-gnu');
    cpSync(join(libdir, 'dri'), join(libdir, 'GL/lib/dri'), { recursive: true });
    const folders = (driverClass: DriverClassName): readonly string[] => [
      ...new Set(libraries(root, driverClass).map((path) => dirname(path))),
    ];
    expect(folders('dri')).toEqual(['/usr/lib/x86_64-linux-gnu/GL/lib/dri']);
    expect(folders('va-api')).toEqual([
      '/usr/lib/x86_64-linux-gnu/dri',
      '/usr/lib/x86_64-linux-gnu/GL/lib/dri',
    ]);
    expect(folders('vdpau')).toEqual(['/lib/x86_64-linux-gnu/vdpau']);
  });

  it('of another architecture, and what is no library, are passed over', () => {
    const root = join(temporaryFolder(), 'copy');
    cpSync(trees.provider, root, { recursive: true, verbatimSymlinks: true });
    const folder = join(root, 'usr/lib/x86_64-linux-gnu/dri');
    writeFileSync(join(folder, 'aaa_text_dri.so'), 'INPUT(libother.so)');
    mkdirSync(join(folder, 'aaa_folder_dri.so'));
    symlinkSync('/dev/zero', join(folder, 'aaa_zero_dri.so'));
    expect(libraries(root, 'dri')).toEqual(libraries(trees.provider, 'dri'));
    const i386 = discoverDrivers({
      provider: openSysroot(root),
      edition: EDITIONS['2022'],
      architectures: ['i386-linux-gnu'],
      env: {},
      cwd: '/',
    });
    expect(i386.get('i386-linux-gnu')?.filter(({ driverClass }) => driverClass === 'dri')).toEqual([]);
  });
});
