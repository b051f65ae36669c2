import type { ManifestClass, ModuleClass, VulkanSearch } from '../drivers/driver-classes.ts';

/*
 * Classes of driver that are found in the same way in every edition so far. Source: our graphics-stack
 * specification, section 3.
 */

export const EGL_ICDS: ManifestClass = {
  name: 'egl-icd',
  captureDirectory: 'glvnd',
  found: 'by-manifest',
  manifests: 'egl-icd',
  directory: 'share/glvnd/egl_vendor.d',
  naming: 'numbered',
  search: {
    kind: 'egl',
    filesVariable: '__EGL_VENDOR_LIBRARY_FILENAMES',
    directoriesVariable: '__EGL_VENDOR_LIBRARY_DIRS',
    directories: ['/etc/glvnd/egl_vendor.d', '/usr/share/glvnd/egl_vendor.d'],
    flatpakDirectory: 'GL/glvnd/egl_vendor.d',
  },
};

export const EGL_EXTERNAL_PLATFORMS: ManifestClass = {
  name: 'egl-external-platform',
  captureDirectory: 'egl_external_platform',
  found: 'by-manifest',
  manifests: 'egl-icd',
  directory: 'share/egl/egl_external_platform.d',
  naming: 'numbered',
  search: {
    kind: 'egl',
    filesVariable: '__EGL_EXTERNAL_PLATFORM_CONFIG_FILENAMES',
    directoriesVariable: '__EGL_EXTERNAL_PLATFORM_CONFIG_DIRS',
    directories: ['/etc/egl/egl_external_platform.d', '/usr/share/egl/egl_external_platform.d'],
  },
};

export const VULKAN_ICDS: ManifestClass = {
  name: 'vulkan-icd',
  captureDirectory: 'vulkan',
  found: 'by-manifest',
  manifests: 'vulkan-icd',
  directory: 'share/vulkan/icd.d',
  naming: 'numbered',
  search: {
    kind: 'vulkan',
    suffix: 'vulkan/icd.d',
    onlyVariables: ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'],
    addVariable: 'VK_ADD_DRIVER_FILES',
    variablesList: 'files',
    flatpakTuples: 'all',
  },
};

export const VULKAN_EXPLICIT_LAYERS = vulkanLayers('explicit', {
  onlyVariables: ['VK_LAYER_PATH'],
  addVariable: 'VK_ADD_LAYER_PATH',
});

/**
 * Layers that programs ask for by name, or that are loaded into every program; which variables lead to the latter, an
 * edition says.
 */
export function vulkanLayers(
  kind: 'explicit' | 'implicit',
  variables: Pick<VulkanSearch, 'onlyVariables' | 'addVariable'>,
): ManifestClass {
  const suffix = `vulkan/${kind}_layer.d`;
  return {
    name: `vulkan-${kind}-layer`,
    captureDirectory: `vulkan_${kind.slice(0, 3)}_layer`,
    partOf: 'vulkanLayers',
    found: 'by-manifest',
    manifests: 'vulkan-layer',
    directory: `share/${suffix}`,
    naming: 'numbered',
    search: {
      ...{ kind: 'vulkan', suffix, variablesList: 'directories', flatpakTuples: 'primary' },
      ...variables,
    },
  };
}

export const VDPAU_DRIVERS: ModuleClass = {
  name: 'vdpau',
  captureDirectory: 'vdpau',
  found: 'by-loader',
  loaders: ['libvdpau.so.1'],
  variable: 'VDPAU_DRIVER_PATH',
  variableIsList: false,
  subdirectories: ['vdpau'],
  names: /^libvdpau_.*\.so(?:\.1)?$/su,
  byName: { variable: 'VDPAU_DRIVER', names: ['nouveau', 'nvidia', 'r300', 'r600', 'radeonsi', 'va_gl'] },
  manifestSwitch: 'vdpau',
  hasSearchPath: false,
};

export const DRI_DRIVERS: ModuleClass = {
  name: 'dri',
  captureDirectory: 'dri',
  found: 'by-loader',
  loaders: ['libGLX_mesa.so.0', 'libEGL_mesa.so.0', 'libGL.so.1'],
  variable: 'LIBGL_DRIVERS_PATH',
  variableIsList: true,
  subdirectories: ['dri', 'xorg/modules/dri'],
  flatpakDirectories: ['GL/lib/dri'],
  names: /_dri\.so$/su,
  manifestDirectory: 'dri',
  hasSearchPath: true,
};

/** They share the directory of DRI drivers: drivers of both kinds are found by searching one path for different names. */
export const VA_API_DRIVERS: ModuleClass = {
  name: 'va-api',
  captureDirectory: 'dri',
  found: 'by-loader',
  loaders: ['libva.so.2', 'libva.so.1'],
  variable: 'LIBVA_DRIVERS_PATH',
  variableIsList: true,
  subdirectories: ['dri'],
  flatpakDirectories: ['dri', 'dri/intel-vaapi-driver', 'GL/lib/dri'],
  names: /_drv_video\.so$/su,
  manifestDirectory: 'dri',
  manifestSwitch: 'va_api',
  hasSearchPath: true,
};

/** Loader libraries that are captured when the provider has them, unless the container's are newer. */
export const LOADERS: readonly string[] = [
  'libvulkan.so.1',
  'libvdpau.so.1',
  ...['libva.so.1', 'libva-drm.so.1', 'libva-glx.so.1', 'libva-x11.so.1'],
  ...['libva.so.2', 'libva-drm.so.2', 'libva-glx.so.2', 'libva-x11.so.2'],
];
