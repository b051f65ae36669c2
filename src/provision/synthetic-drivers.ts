import { posix } from 'node:path';
import type { DriverClassName } from '../core/drivers/driver.ts';
import { ARCHITECTURE_WORDS } from '../core/drivers/driver-classes.ts';
import { ARCHITECTURES, type Tuple } from '../core/sysroot/architectures.ts';
import { ScenarioError } from '../errors.ts';
import type { SyntheticDriver, SyntheticManifest } from './driver-set.ts';

/** Where the manifests of a class lie on Debian, whose drivers lie beside all libraries; or drivers that have none. */
const PLACES: Readonly<
  Record<DriverClassName, { readonly manifests: string } | { readonly drivers: string }>
> = {
  'egl-icd': { manifests: '/usr/share/glvnd/egl_vendor.d' },
  'egl-external-platform': { manifests: '/usr/share/egl/egl_external_platform.d' },
  'vulkan-icd': { manifests: '/usr/share/vulkan/icd.d' },
  'vulkan-explicit-layer': { manifests: '/usr/share/vulkan/explicit_layer.d' },
  'vulkan-implicit-layer': { manifests: '/usr/share/vulkan/implicit_layer.d' },
  'openxr-runtime': { manifests: '/etc/xdg/openxr/1' },
  'openxr-explicit-layer': { manifests: '/usr/share/openxr/1/api_layers/explicit.d' },
  'openxr-implicit-layer': { manifests: '/usr/share/openxr/1/api_layers/implicit.d' },
  vdpau: { drivers: '/usr/lib/{tuple}/vdpau' },
  dri: { drivers: '/usr/lib/{tuple}/dri' },
  'va-api': { drivers: '/usr/lib/{tuple}/dri' },
  gbm: { drivers: '/usr/lib/{tuple}/gbm' },
};

/** Folder that drivers of a class lie in; `{tuple}` stands for the architecture. */
export function driverFolder(driverClass: DriverClassName): string {
  const place = PLACES[driverClass];
  return 'drivers' in place ? place.drivers : '/usr/lib/{tuple}';
}

/** The manifests of all drivers, as text. */
export function driverManifests(
  drivers: readonly SyntheticDriver[],
  architectures: readonly Tuple[],
): readonly { readonly path: string; readonly content: string }[] {
  return drivers.flatMap((driver) => {
    const { driverClass, manifest } = driver;
    const place = PLACES[driverClass];
    if (manifest === null || 'drivers' in place) return [];
    const tuples = architectures.filter((tuple) => driver.architectures?.includes(tuple) ?? true);
    // A bare name serves all architectures at once; a path names the file of one.
    const described = manifest.by === 'soname' ? tuples.slice(0, 1) : tuples;
    if (described.length > 1 && !manifest.file.includes('{arch}')) {
      throw new ScenarioError(
        `Manifest ${manifest.file} names its library by path, which differs between ${described.join(' and ')}.`,
        {
          hint: 'Write {arch} into its name, as in intel_icd.{arch}.json, or give the driver one architecture.',
        },
      );
    }
    return described.map((tuple) => {
      const path = posix.resolve(
        place.manifests,
        manifest.file.replaceAll('{arch}', ARCHITECTURE_WORDS[tuple]),
      );
      const text = `${JSON.stringify(manifestBody(driver, manifest, libraryPath(driver, manifest, path, tuple), tuple), null, 4)}\n`;
      return { path, content: manifest.broken ? text.slice(0, text.length / 2) : text };
    });
  });
}

function libraryPath(
  { driverClass, file, soname }: SyntheticDriver,
  { by }: SyntheticManifest,
  manifestPath: string,
  tuple: Tuple,
): string {
  const path = posix.resolve(driverFolder(driverClass), file).replaceAll('{tuple}', tuple);
  switch (by) {
    case 'path':
      return path;
    case 'soname':
      return soname ?? posix.basename(path);
    case 'relative':
      return posix.relative(posix.dirname(manifestPath), path);
  }
}

/** What loaders require of a manifest, and no more. Source: our graphics-stack specification, 3.5 and 3.6. */
function manifestBody(
  { driverClass }: SyntheticDriver,
  { layer, libraryArch }: SyntheticManifest,
  library: string,
  tuple: Tuple,
): unknown {
  const arch = libraryArch ? { library_arch: String(ARCHITECTURES[tuple].elf.bits) } : {};
  switch (driverClass) {
    case 'vulkan-explicit-layer':
    case 'vulkan-implicit-layer':
      return {
        file_format_version: libraryArch ? '1.2.1' : '1.1.0',
        layer: {
          name: layer ?? 'VK_LAYER_SYNTHETIC',
          type: 'GLOBAL',
          library_path: library,
          ...arch,
          api_version: '1.3.211',
          implementation_version: '1',
          description: 'Synthetic layer',
          ...(driverClass === 'vulkan-implicit-layer' && {
            disable_environment: { NO_SYNTHETIC_LAYER: '1' },
          }),
        },
      };
    case 'vulkan-icd':
      return {
        file_format_version: libraryArch ? '1.0.1' : '1.0.0',
        ICD: { library_path: library, ...arch, api_version: '1.3.230' },
      };
    case 'openxr-runtime':
      return {
        file_format_version: '1.0.0',
        runtime: { library_path: library, name: 'Synthetic runtime' },
      };
    case 'openxr-explicit-layer':
    case 'openxr-implicit-layer':
      return {
        file_format_version: '1.0.0',
        api_layer: {
          name: layer ?? 'XR_APILAYER_SYNTHETIC',
          library_path: library,
          api_version: '1.0',
          implementation_version: '1',
          description: 'Synthetic layer',
        },
      };
    case 'egl-icd':
    case 'egl-external-platform':
    case 'vdpau':
    case 'dri':
    case 'va-api':
    case 'gbm':
      return { file_format_version: '1.0.0', ICD: { library_path: library } };
  }
}
