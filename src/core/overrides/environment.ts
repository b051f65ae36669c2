import { familyOf } from '../drivers/discover.ts';
import type { DriverClassName } from '../drivers/driver.ts';
import { CLASS_DIRECTORIES } from '../planning/destinations.ts';
import type { ManifestLists } from './manifests.ts';
import type { ArchitectureCapture } from './run-plan.ts';

/** Variables of the container. null: the variable is to be removed, even when the host has it set. */
export type ContainerEnvironment = Readonly<Record<string, string | null>>;

/** What the environment of the container follows from. */
export interface EnvironmentInputs {
  readonly captures: readonly ArchitectureCapture[];
  readonly manifests: ManifestLists;
  readonly overridesInContainer: string;
  readonly importLayers: boolean;
  /** The environment of the host. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Where data lies when nothing else is said. Source: XDG Base Directory Specification. */
const DATA_DIRECTORIES = '/usr/local/share:/usr/share';

/**
 * What has to be set in the container so that loaders find what was captured.
 * Source: our graphics-stack specification, 9.8.
 */
export function containerEnvironment(inputs: EnvironmentInputs): ContainerEnvironment {
  const { captures, manifests, overridesInContainer, importLayers, env } = inputs;
  const list = (name: DriverClassName): string | null => joined(manifests.get(name) ?? []);
  const hasLayers = list('vulkan-explicit-layer') !== null || list('vulkan-implicit-layer') !== null;
  const dataDirectories = env['XDG_DATA_DIRS'] ?? DATA_DIRECTORIES;
  return {
    LIBGL_DRIVERS_PATH: driversPath(inputs, 'dri'),
    LIBVA_DRIVERS_PATH: driversPath(inputs, 'vaApi'),
    VDPAU_DRIVER_PATH: `${overridesInContainer}/lib/platform-\${PLATFORM}/${CLASS_DIRECTORIES.vdpau}`,
    __EGL_VENDOR_LIBRARY_FILENAMES: list('egl-icd'),
    __EGL_VENDOR_LIBRARY_DIRS: null,
    __EGL_EXTERNAL_PLATFORM_CONFIG_FILENAMES: list('egl-external-platform'),
    __EGL_EXTERNAL_PLATFORM_CONFIG_DIRS: null,
    VK_DRIVER_FILES: list('vulkan-icd'),
    VK_ICD_FILENAMES: list('vulkan-icd'),
    VK_ADD_DRIVER_FILES: null,
    ...(importLayers ? { VK_LAYER_PATH: null } : {}),
    // An empty list stands for the usual directories; something in front of it would take them away.
    XDG_DATA_DIRS: hasLayers
      ? `${overridesInContainer}/share:${dataDirectories === '' ? DATA_DIRECTORIES : dataDirectories}`
      : dataDirectories,
    LD_LIBRARY_PATH: joined(
      familyOf(captures.map(({ arch }) => arch)).flatMap((arch) => [
        `${overridesInContainer}/lib/${arch}`,
        `${overridesInContainer}/lib/${arch}/aliases`,
      ]),
    ),
  };
}

/** Where loaders of modules look: the class directory of each architecture, then its numbered ones. */
function driversPath(
  { captures, overridesInContainer }: EnvironmentInputs,
  kind: 'dri' | 'vaApi',
): string | null {
  return joined(
    captures.flatMap(({ arch, searchPath }) =>
      [CLASS_DIRECTORIES.dri, ...searchPath[kind]].map(
        (directory) => `${overridesInContainer}/lib/${arch}/${directory}`,
      ),
    ),
  );
}

function joined(paths: readonly string[]): string | null {
  return paths.length === 0 ? null : paths.join(':');
}
