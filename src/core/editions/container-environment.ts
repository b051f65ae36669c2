import { familyOf } from '../drivers/discover.ts';
import type { ModuleClass } from '../drivers/driver-classes.ts';
import type { DriverClassName } from '../drivers/driver.ts';
import type { ContainerEnvironment, EnvironmentInputs } from './edition.ts';

/** Where data lies when nothing else is said. Source: XDG Base Directory Specification. */
const DATA_DIRECTORIES = '/usr/local/share:/usr/share';

/** The manifests of a class as a list in a variable; null: there are none. */
export function manifestList({ manifests }: EnvironmentInputs, name: DriverClassName): string | null {
  return joined(manifests.get(name) ?? []);
}

/** Variables for what EGL and Vulkan drivers are found by, the same in all editions. */
export function icdVariables(inputs: EnvironmentInputs): ContainerEnvironment {
  const vulkan = manifestList(inputs, 'vulkan-icd');
  return {
    __EGL_VENDOR_LIBRARY_FILENAMES: manifestList(inputs, 'egl-icd'),
    __EGL_VENDOR_LIBRARY_DIRS: null,
    __EGL_EXTERNAL_PLATFORM_CONFIG_FILENAMES: manifestList(inputs, 'egl-external-platform'),
    __EGL_EXTERNAL_PLATFORM_CONFIG_DIRS: null,
    VK_DRIVER_FILES: vulkan,
    VK_ICD_FILENAMES: vulkan,
    VK_ADD_DRIVER_FILES: null,
  };
}

/** Where loaders of modules look: the class directory of each architecture, then its numbered ones. */
export function modulePath(
  { captures, overridesInContainer }: EnvironmentInputs,
  { name, captureDirectory }: ModuleClass,
): string | null {
  return joined(
    captures.flatMap(({ arch, searchPath }) =>
      [captureDirectory, ...(searchPath[name] ?? [])].map(
        (directory) => `${overridesInContainer}/lib/${arch}/${directory}`,
      ),
    ),
  );
}

/** XDG_DATA_DIRS with the manifests of layers in front, where there are any. */
export function dataDirectories(
  { overridesInContainer, env }: EnvironmentInputs,
  hasLayers: boolean,
): string {
  const directories = env['XDG_DATA_DIRS'] ?? DATA_DIRECTORIES;
  if (!hasLayers) return directories;
  // An empty list stands for the usual directories; something in front of it would take them away.
  return `${overridesInContainer}/share:${directories === '' ? DATA_DIRECTORIES : directories}`;
}

/** LD_LIBRARY_PATH: every architecture of the machine, captured or not. */
export function libraryPath({ captures, overridesInContainer }: EnvironmentInputs): string | null {
  return joined(
    familyOf(captures.map(({ arch }) => arch)).flatMap((arch) => [
      `${overridesInContainer}/lib/${arch}`,
      `${overridesInContainer}/lib/${arch}/aliases`,
    ]),
  );
}

function joined(paths: readonly string[]): string | null {
  return paths.length === 0 ? null : paths.join(':');
}
