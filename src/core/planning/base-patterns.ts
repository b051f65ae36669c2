/** Loader libraries that are captured when the provider has them, unless the container's are newer. */
const LOADERS = [
  'libvulkan.so.1',
  'libvdpau.so.1',
  ...['libva.so.1', 'libva-drm.so.1', 'libva-glx.so.1', 'libva-x11.so.1'],
  ...['libva.so.2', 'libva-drm.so.2', 'libva-glx.so.2', 'libva-x11.so.2'],
] as const;

/** Vendor libraries that always come from the provider, under whatever version it has them. */
const VENDOR_LIBRARIES = [
  ...['libEGL', 'libEGL_nvidia', 'libGL', 'libGLESv1_CM', 'libGLESv1_CM_nvidia', 'libGLESv2'],
  ...['libGLESv2_nvidia', 'libGLX', 'libGLX_nvidia', 'libGLX_indirect', 'libGLdispatch', 'libOpenGL'],
  ...['libXNVCtrl', 'libcuda', 'libglx', 'libnvidia-cbl', 'libnvidia-cfg', 'libnvidia-compiler'],
  ...['libnvidia-egl-wayland', 'libnvidia-eglcore', 'libnvidia-encode', 'libnvidia-fatbinaryloader'],
  ...['libnvidia-fbc', 'libnvidia-glcore', 'libnvidia-glsi', 'libnvidia-glvkspirv', 'libnvidia-ifr'],
  ...['libnvidia-ml', 'libnvidia-opencl', 'libnvidia-opticalflow', 'libnvidia-ptxjitcompiler'],
  ...['libnvidia-rtcore', 'libnvidia-tls', 'libOpenCL', 'libvdpau_nvidia'],
] as const;

/**
 * What every main call begins with, whatever drivers there are: the libraries that programs link with.
 * Source: our graphics-stack specification, 7.3.
 */
export const BASE_PATTERNS: readonly string[] = [
  'gl:',
  ...LOADERS.map((soname) => `if-exists:if-same-abi:soname:${soname}`),
  ...VENDOR_LIBRARIES.map((name) => `if-exists:even-if-older:soname-match:${name}.so.*`),
];

/**
 * What belongs to a C library that was captured, but is loaded by name at run time so that no dependency
 * leads to it. Source: our graphics-stack specification, 7.4.
 */
export const LIBC_FAMILY_PATTERNS: readonly string[] = [
  'if-exists:libidn2.so.0',
  ...['compat', 'db', 'dns', 'files'].map(
    (service) => `if-exists:even-if-older:soname-match:libnss_${service}.so.*`,
  ),
];
