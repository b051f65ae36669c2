import type { DriverClassName } from '../drivers/driver.ts';

/** The architecture's libdir itself, where libraries that are looked up by name are captured to. */
export const LIBDIR = '.';

/**
 * Where drivers of a class are captured to, relative to libdir. DRI and VA-API share a directory because
 * drivers of both kinds are found by searching one path for differently named files.
 */
export const CLASS_DIRECTORIES: Readonly<Record<DriverClassName, string>> = {
  'egl-icd': 'glvnd',
  'egl-external-platform': 'egl_external_platform',
  'vulkan-icd': 'vulkan',
  'vulkan-explicit-layer': 'vulkan_exp_layer',
  'vulkan-implicit-layer': 'vulkan_imp_layer',
  vdpau: 'vdpau',
  dri: 'dri',
  'va-api': 'dri',
};

/** A directory of its own for one driver, whose file name another driver of the class has as well. */
export function numbered(directory: string, index: number): string {
  return `${directory}/${index}`;
}
