import {
  dataDirectories,
  icdVariables,
  libraryPath,
  manifestList,
  modulePath,
} from './container-environment.ts';
import type {
  ContainerEnvironment,
  Edition,
  Enumeration,
  EnumerationInputs,
  EnvironmentInputs,
} from './edition.ts';
import { batched } from '../planning/batched.ts';
import {
  DRI_DRIVERS,
  EGL_EXTERNAL_PLATFORMS,
  EGL_ICDS,
  LOADERS,
  VA_API_DRIVERS,
  VDPAU_DRIVERS,
  VULKAN_EXPLICIT_LAYERS,
  VULKAN_ICDS,
  vulkanLayers,
} from './common-classes.ts';

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

/** pressure-vessel when its captures were batched, May 2022. Source: our graphics-stack specification. */
export const EDITION_2022: Edition = {
  name: '2022',
  summary: 'pressure-vessel when its captures were batched, in May 2022',

  classes: [
    EGL_ICDS,
    EGL_EXTERNAL_PLATFORMS,
    VULKAN_ICDS,
    VULKAN_EXPLICIT_LAYERS,
    vulkanLayers('implicit', { onlyVariables: [] }),
    VDPAU_DRIVERS,
    DRI_DRIVERS,
    VA_API_DRIVERS,
  ],
  newestLayerFormat: '1.2.0',
  heedsLibraryArch: false,
  fallbackPaths: ['/lib', '/usr/lib'],

  ownPlan: batched,
  basePatterns: [
    'gl:',
    ...LOADERS.map((soname) => `if-exists:if-same-abi:soname:${soname}`),
    ...VENDOR_LIBRARIES.map((name) => `if-exists:even-if-older:soname-match:${name}.so.*`),
  ],
  versionedNvidiaLibraries: [],
  families: [
    {
      purpose: 'libc-family',
      after: 'libc.so.6',
      patterns: [
        'if-exists:libidn2.so.0',
        ...['compat', 'db', 'dns', 'files'].map(
          (service) => `if-exists:even-if-older:soname-match:libnss_${service}.so.*`,
        ),
      ],
      mayFail: false,
    },
  ],
  padsNumbers: false,
  emptyNumbered: 'remove',

  needsContainerLinker: true,
  providerInContainer: '/run/gfx',
  linksPlatforms: true,
  aliases: { stopsAtFirst: true, aliasesCanonicalName: false },
  manifests: {
    libraryPath: 'link',
    vulkanFormats: null,
    seesFourLetterDirectories: true,
    foldersAlways: true,
    usesEqualOnce: false,
  },
  environment,
  enumeration,
};

/** Source: our graphics-stack specification, 9.8. */
function environment(inputs: EnvironmentInputs): ContainerEnvironment {
  const { overridesInContainer, imports, env } = inputs;
  const hasLayers =
    manifestList(inputs, 'vulkan-explicit-layer') !== null ||
    manifestList(inputs, 'vulkan-implicit-layer') !== null;
  const addedLayers = env['VK_ADD_LAYER_PATH'];
  return {
    LIBGL_DRIVERS_PATH: modulePath(inputs, DRI_DRIVERS),
    LIBVA_DRIVERS_PATH: modulePath(inputs, VA_API_DRIVERS),
    VDPAU_DRIVER_PATH: `${overridesInContainer}/lib/platform-\${PLATFORM}/${VDPAU_DRIVERS.captureDirectory}`,
    ...icdVariables(inputs),
    ...(imports.vulkanLayers ? { VK_LAYER_PATH: null } : {}),
    ...(addedLayers === undefined ? {} : { VK_ADD_LAYER_PATH: addedLayers }),
    XDG_DATA_DIRS: dataDirectories(inputs, hasLayers),
    LD_LIBRARY_PATH: libraryPath(inputs),
  };
}

/** Source: our graphics-stack specification, section 11. */
function enumeration({ isHost, isFlatpak, env }: EnumerationInputs): Enumeration {
  const vdpau = env['VDPAU_DRIVER_PATH'] === undefined;
  // The loaders of DRI drivers are looked up twice.
  const dri = env['LIBGL_DRIVERS_PATH'] === undefined && !isFlatpak ? 2 : 0;
  const vaApi = env['LIBVA_DRIVERS_PATH'] === undefined && !isFlatpak ? 1 : 0;
  const byLaunch = (vdpau ? 1 : 0) + dri + vaApi;
  const inspections = isHost ? (vdpau ? 1 : 0) + 3 * dri + 2 * vaApi : 0;
  return {
    captureTool: (vdpau ? 1 : 0) + (isHost ? 0 : byLaunch),
    printLdSo: 1,
    inspectLibrary: inspections,
    timeout: inspections,
  };
}
