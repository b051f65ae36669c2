/**
 * What `gl:` and `nvidia:` stand for: the libraries of an OpenGL driver, in the order in which they are
 * captured. Source: our capture-tool specification, 3.4.
 */
export const FIXED_LISTS = {
  gl: [
    'soname:libEGL.so.1',
    'soname-match:libEGL_*.so.*',
    'soname:libGL.so.1',
    'soname:libGLESv1_CM.so.1',
    'soname-match:libGLESv1_CM_*.so.*',
    'soname:libGLESv2.so.2',
    'soname-match:libGLESv2_*.so.*',
    'soname:libGLX.so.0',
    'soname-match:libGLX_*.so.*',
    'soname:libGLX_indirect.so.0',
    'soname-match:libGLdispatch.so.*',
    'soname:libOpenGL.so.0',
    'soname:libgbm.so.1',
    'soname:libglapi.so.0',
  ],
  nvidia: [
    'soname:libEGL.so.1',
    'soname-match:libEGL_nvidia.so.*',
    'soname:libGL.so.1',
    'soname:libGLESv1_CM.so.1',
    'soname-match:libGLESv1_CM_nvidia.so.*',
    'soname:libGLESv2.so.2',
    'soname-match:libGLESv2_nvidia.so.*',
    'soname:libGLX.so.0',
    'soname-match:libGLX_nvidia.so.*',
    'soname:libGLX_indirect.so.0',
    'soname-match:libGLdispatch.so.*',
    'soname:libOpenGL.so.0',
    'soname-match:libcuda.so.*',
    'soname-match:libglx.so.*',
    'soname-match:libnvcuvid.so.*',
    'soname-match:libnvidia-*.so.*',
    'soname-match:libOpenCL.so.*',
    'soname-match:libvdpau_nvidia.so.*',
  ],
} as const satisfies Record<string, readonly string[]>;
