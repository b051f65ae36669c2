import type { DriverClassName } from './driver.ts';

/** How drivers of a class are found. To add a class, add a row; its name goes into driver.ts. */
export type DriverClass = ManifestClass | ModuleClass;

/** Drivers that are described by JSON manifests. */
export interface ManifestClass {
  readonly found: 'by-manifest';
  /** One driver a file, or layers, of which a file may hold several. */
  readonly manifests: 'icd' | 'layer';
  /** How the directories that hold manifests are searched for. */
  readonly search: EglSearch | VulkanSearch;
  /** Where manifests are put, relative to `share` of the overrides and to any data directory. */
  readonly directory: string;
}

/** Source: our graphics-stack specification, 3.1 and 3.2. */
export interface EglSearch {
  readonly kind: 'egl';
  /** Variable that lists manifests; nothing else is then searched. */
  readonly filesVariable: string;
  /** Variable that lists directories; nothing else is then searched. */
  readonly directoriesVariable: string;
  readonly directories: readonly string[];
  /** Directory below `/usr/lib/TUPLE` that takes their place in a Flatpak runtime; null: none does. */
  readonly flatpakDirectory: string | null;
}

/** Source: our graphics-stack specification, 3.3 and 3.4. */
export interface VulkanSearch {
  readonly kind: 'vulkan';
  /** Variables that list what alone is searched, the first one set counts. */
  readonly onlyVariables: readonly string[];
  /** Variable that lists what is searched first; null: there is none. */
  readonly addVariable: string | null;
  /** What these variables list. */
  readonly variablesList: 'files' | 'directories';
  /** The architectures that Flatpak's directories are searched for. */
  readonly flatpakTuples: 'all' | 'primary';
}

/** Drivers that are loaded by file name from directories beside their loader. */
export interface ModuleClass {
  readonly found: 'by-loader';
  /** Libraries that load these drivers, in order of preference. */
  readonly loaders: readonly string[];
  /** Variable that lists the directories to be searched instead. */
  readonly variable: string;
  /** Whether the variable is a list; otherwise a colon is part of the path. */
  readonly variableIsList: boolean;
  /** Directories searched, relative to that of the loader. */
  readonly subdirectories: readonly string[];
  /** Directories that take their place in a Flatpak runtime, below `/usr/lib/TUPLE`; null: none do. */
  readonly flatpakDirectories: readonly string[] | null;
  /** File names of such drivers. */
  readonly names: RegExp;
}

/** Every class of driver. Source: our graphics-stack specification, section 3. */
export const DRIVER_CLASSES = {
  'egl-icd': {
    found: 'by-manifest',
    manifests: 'icd',
    directory: 'glvnd/egl_vendor.d',
    search: {
      kind: 'egl',
      filesVariable: '__EGL_VENDOR_LIBRARY_FILENAMES',
      directoriesVariable: '__EGL_VENDOR_LIBRARY_DIRS',
      directories: ['/etc/glvnd/egl_vendor.d', '/usr/share/glvnd/egl_vendor.d'],
      flatpakDirectory: 'GL/glvnd/egl_vendor.d',
    },
  },
  'egl-external-platform': {
    found: 'by-manifest',
    manifests: 'icd',
    directory: 'egl/egl_external_platform.d',
    search: {
      kind: 'egl',
      filesVariable: '__EGL_EXTERNAL_PLATFORM_CONFIG_FILENAMES',
      directoriesVariable: '__EGL_EXTERNAL_PLATFORM_CONFIG_DIRS',
      directories: ['/etc/egl/egl_external_platform.d', '/usr/share/egl/egl_external_platform.d'],
      flatpakDirectory: null,
    },
  },
  'vulkan-icd': {
    found: 'by-manifest',
    manifests: 'icd',
    directory: 'vulkan/icd.d',
    search: {
      kind: 'vulkan',
      onlyVariables: ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'],
      addVariable: 'VK_ADD_DRIVER_FILES',
      variablesList: 'files',
      flatpakTuples: 'all',
    },
  },
  'vulkan-explicit-layer': {
    found: 'by-manifest',
    manifests: 'layer',
    directory: 'vulkan/explicit_layer.d',
    search: {
      kind: 'vulkan',
      onlyVariables: ['VK_LAYER_PATH'],
      addVariable: 'VK_ADD_LAYER_PATH',
      variablesList: 'directories',
      flatpakTuples: 'primary',
    },
  },
  'vulkan-implicit-layer': {
    found: 'by-manifest',
    manifests: 'layer',
    directory: 'vulkan/implicit_layer.d',
    search: {
      kind: 'vulkan',
      onlyVariables: [],
      addVariable: null,
      variablesList: 'directories',
      flatpakTuples: 'primary',
    },
  },
  vdpau: {
    found: 'by-loader',
    loaders: ['libvdpau.so.1'],
    variable: 'VDPAU_DRIVER_PATH',
    variableIsList: false,
    subdirectories: ['vdpau'],
    flatpakDirectories: null,
    names: /^libvdpau_.*\.so(?:\.1)?$/su,
  },
  dri: {
    found: 'by-loader',
    loaders: ['libGLX_mesa.so.0', 'libEGL_mesa.so.0', 'libGL.so.1'],
    variable: 'LIBGL_DRIVERS_PATH',
    variableIsList: true,
    subdirectories: ['dri', 'xorg/modules/dri'],
    flatpakDirectories: ['GL/lib/dri'],
    names: /_dri\.so$/su,
  },
  'va-api': {
    found: 'by-loader',
    loaders: ['libva.so.2', 'libva.so.1'],
    variable: 'LIBVA_DRIVERS_PATH',
    variableIsList: true,
    subdirectories: ['dri'],
    flatpakDirectories: ['dri', 'dri/intel-vaapi-driver', 'GL/lib/dri'],
    names: /_drv_video\.so$/su,
  },
} as const satisfies Record<DriverClassName, DriverClass>;
