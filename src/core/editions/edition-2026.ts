import type { ManifestClass, ModuleClass, OpenXrLayerSearch } from '../drivers/driver-classes.ts';
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
import { batchedDedup } from '../planning/batched.ts';
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

/** What programs of the container's own must not be mixed with: only the very SONAME will do. */
const EXACT_SONAMES = ['libsystemd.so.0', 'libudev.so.1', 'libudev.so.0'] as const;

/** Libraries of libdrm, which are captured as the loaders are. */
const DRM_LIBRARIES = [
  ...['libdrm.so.2', 'libdrm_amdgpu.so.1', 'libdrm_etnaviv.so.1', 'libdrm_freedreno.so.1'],
  ...['libdrm_intel.so.1', 'libdrm_nouveau.so.2', 'libdrm_radeon.so.1', 'libdrm_tegra.so.0'],
] as const;

/** Libraries of GLVND, Mesa and NVIDIA that always come from the provider, by SONAME. */
const VENDOR_SONAMES = [
  ...['libEGL.so.1', 'libGL.so.1', 'libGLESv1_CM.so.1', 'libGLESv2.so.2', 'libGLX.so.0'],
  ...['libGLX_indirect.so.0', 'libGLdispatch.so.0', 'libOpenCL.so.1', 'libOpenGL.so.0'],
  ...['libEGL_mesa.so.0', 'libGLX_mesa.so.0'],
  ...['libEGL_nvidia.so.0', 'libGLESv1_CM_nvidia.so.1', 'libGLESv2_nvidia.so.2', 'libGLX_nvidia.so.0'],
  ...['libXNVCtrl.so.0', 'libcuda.so.1', 'libcudadebugger.so.1', 'libnvcuvid.so.1'],
  ...['libnvidia-allocator.so.1', 'libnvidia-api.so.1', 'libnvidia-cfg.so.1', 'libnvidia-egl-gbm.so.1'],
  ...['libnvidia-egl-wayland.so.1', 'libnvidia-egl-wayland2.so.1', 'libnvidia-egl-xcb.so.1'],
  ...['libnvidia-egl-xlib.so.1', 'libnvidia-encode.so.1', 'libnvidia-fbc.so.1', 'libnvidia-ifr.so.1'],
  ...['libnvidia-ml.so.1', 'libnvidia-ngx.so.1', 'libnvidia-nvvm.so.4', 'libnvidia-nvvm70.so.4'],
  ...['libnvidia-opencl.so.1', 'libnvidia-opticalflow.so.1', 'libnvidia-ptxjitcompiler.so.1'],
  ...['libnvoptix.so.1', 'libvdpau_nvidia.so.1'],
] as const;

/** The same and more under whatever version the provider has them. */
const VENDOR_LIBRARIES = [
  ...['libEGL', 'libGL', 'libGLESv1_CM', 'libGLESv2', 'libGLX', 'libGLX_indirect', 'libGLdispatch'],
  ...['libOpenCL', 'libOpenGL'],
  ...['libEGL_nvidia', 'libGLESv1_CM_nvidia', 'libGLESv2_nvidia', 'libGLX_nvidia', 'libXNVCtrl'],
  ...['libcuda', 'libcudadebugger', 'libglx', 'libnvcuvid', 'libnvidia-allocator', 'libnvidia-api'],
  ...['libnvidia-cbl', 'libnvidia-cfg', 'libnvidia-compiler', 'libnvidia-egl-*', 'libnvidia-eglcore'],
  ...['libnvidia-encode', 'libnvidia-fatbinaryloader', 'libnvidia-fbc', 'libnvidia-glcore'],
  ...['libnvidia-glsi', 'libnvidia-glvkspirv', 'libnvidia-gpucomp', 'libnvidia-ifr', 'libnvidia-ml'],
  ...['libnvidia-ngx', 'libnvidia-nvvm*', 'libnvidia-opencl', 'libnvidia-opticalflow'],
  ...['libnvidia-present', 'libnvidia-ptxjitcompiler', 'libnvidia-rtcore', 'libnvidia-tileiras'],
  ...['libnvidia-tls', 'libnvidia-vulkan-producer', 'libnvoptix', 'libvdpau_nvidia'],
] as const;

const VULKAN_IMPLICIT_LAYERS = vulkanLayers('implicit', {
  onlyVariables: ['VK_IMPLICIT_LAYER_PATH'],
  addVariable: 'VK_ADD_IMPLICIT_LAYER_PATH',
});

/** A driver that is known not to work in a container. Source: our graphics-stack specification, section 13. */
const NEVER_CAPTURED = /\/nvidia_drv_video\.so$/u;

const OPENXR_RUNTIMES: ManifestClass = {
  name: 'openxr-runtime',
  captureDirectory: 'openxr/1',
  partOf: 'openxrRuntimes',
  found: 'by-manifest',
  manifests: 'openxr-runtime',
  directory: 'etc/xdg/openxr/1',
  naming: 'active-runtime',
  search: { kind: 'openxr-runtime', onlyVariable: 'XR_RUNTIME_JSON', suffix: 'openxr/1' },
};

const OPENXR_EXPLICIT_LAYERS = openXrLayers('explicit', { onlyVariable: 'XR_API_LAYER_PATH' });
const OPENXR_IMPLICIT_LAYERS = openXrLayers('implicit', {});

function openXrLayers(
  kind: 'explicit' | 'implicit',
  variables: Pick<OpenXrLayerSearch, 'onlyVariable'>,
): ManifestClass {
  const suffix = `openxr/1/api_layers/${kind}.d`;
  return {
    name: `openxr-${kind}-layer`,
    captureDirectory: `openxr_1_${kind.slice(0, 3)}_layer`,
    partOf: 'openxrLayers',
    found: 'by-manifest',
    manifests: 'openxr-layer',
    directory: `share/${suffix}`,
    naming: 'numbered',
    search: { kind: 'openxr-layers', suffix, ...variables },
  };
}

const GBM_BACKENDS: ModuleClass = {
  name: 'gbm',
  captureDirectory: 'gbm',
  found: 'by-loader',
  loaders: ['libgbm.so.1'],
  variable: 'GBM_BACKENDS_PATH',
  variableIsList: true,
  subdirectories: ['gbm'],
  flatpakDirectories: ['GL/lib/gbm'],
  names: /_gbm\.so$/su,
  manifestDirectory: 'gbm',
  hasSearchPath: true,
};

/** pressure-vessel 0.20260715, of July 2026. Source: our specification of the edition of 2026, part B. */
export const EDITION_2026: Edition = {
  name: '2026',
  summary: 'pressure-vessel of today (0.20260715, July 2026)',

  classes: [
    { ...EGL_ICDS, naming: 'as-found' },
    { ...EGL_EXTERNAL_PLATFORMS, naming: 'as-found' },
    { ...VULKAN_ICDS, naming: 'as-found' },
    VULKAN_EXPLICIT_LAYERS,
    VULKAN_IMPLICIT_LAYERS,
    OPENXR_RUNTIMES,
    OPENXR_EXPLICIT_LAYERS,
    OPENXR_IMPLICIT_LAYERS,
    VDPAU_DRIVERS,
    DRI_DRIVERS,
    { ...VA_API_DRIVERS, neverCaptured: NEVER_CAPTURED },
    GBM_BACKENDS,
  ],
  newestLayerFormat: '1.2.1',
  heedsLibraryArch: true,
  fallbackPaths: null,

  ownPlan: batchedDedup,
  basePatterns: [
    ...EXACT_SONAMES.map((soname) => `if-exists:if-same-abi:exact-soname:${soname}`),
    'gl:',
    ...[...LOADERS, ...DRM_LIBRARIES].map((soname) => `if-exists:if-same-abi:soname:${soname}`),
    ...VENDOR_SONAMES.map((soname) => `if-exists:even-if-older:if-same-abi:soname:${soname}`),
    ...VENDOR_LIBRARIES.map((name) => `if-exists:even-if-older:soname-match:${name}.so.*`),
  ],
  versionedNvidiaLibraries: [
    ...['libnvidia-eglcore', 'libnvidia-glcore', 'libnvidia-glsi', 'libnvidia-glvkspirv'],
    ...['libnvidia-gpucomp', 'libnvidia-rtcore', 'libnvidia-tls', 'libnvidia-vulkan-producer'],
  ],
  families: [
    {
      purpose: 'libc-family',
      after: 'libc.so.6',
      patterns: [
        'if-exists:libidn2.so.0',
        ...['compat', 'db', 'dns', 'files'].flatMap((service) => [
          `if-exists:even-if-older:soname:libnss_${service}.so.2`,
          `if-exists:even-if-older:soname-match:libnss_${service}.so.*`,
        ]),
      ],
      mayFail: true,
    },
    {
      purpose: 'libcrypto-family',
      after: 'libcrypto.so.3',
      patterns: ['if-exists:soname:libssl.so.3'],
      mayFail: true,
    },
    {
      purpose: 'libxkbcommon-family',
      after: 'libxkbcommon.so.0',
      patterns: ['if-exists:soname:libxkbcommon-x11.so.0'],
      mayFail: true,
    },
  ],
  padsNumbers: true,
  emptyNumbered: 'keep',

  needsContainerLinker: false,
  providerInContainer: '/run/gfx/main',
  linksPlatforms: false,
  aliases: { stopsAtFirst: false, aliasesCanonicalName: true },
  manifests: {
    libraryPath: 'target',
    vulkanFormats: { icd: '1.0.1', layer: '1.2.1' },
    seesFourLetterDirectories: false,
    foldersAlways: false,
    usesEqualOnce: true,
  },
  environment,
  enumeration,
};

/** Source: our specification of the edition of 2026, B4 and B8. */
function environment(inputs: EnvironmentInputs): ContainerEnvironment {
  const { captures, overridesInContainer, imports } = inputs;
  const has = (...names: Parameters<typeof manifestList>[1][]): boolean =>
    names.some((name) => manifestList(inputs, name) !== null);
  const layerPath = (layers: ManifestClass): string | null =>
    has(layers.name) ? `${overridesInContainer}/${layers.directory}` : null;
  return {
    LIBGL_DRIVERS_PATH: modulePath(inputs, DRI_DRIVERS),
    LIBVA_DRIVERS_PATH: modulePath(inputs, VA_API_DRIVERS),
    GBM_BACKENDS_PATH: modulePath(inputs, GBM_BACKENDS),
    VDPAU_DRIVER_PATH: null,
    ...icdVariables(inputs),
    ...(imports.vulkanLayers
      ? {
          VK_LAYER_PATH: layerPath(VULKAN_EXPLICIT_LAYERS),
          VK_ADD_LAYER_PATH: null,
          VK_IMPLICIT_LAYER_PATH: layerPath(VULKAN_IMPLICIT_LAYERS),
          VK_ADD_IMPLICIT_LAYER_PATH: null,
        }
      : {}),
    ...(imports.openxrLayers ? { XR_API_LAYER_PATH: layerPath(OPENXR_EXPLICIT_LAYERS) } : {}),
    ...(imports.openxrRuntimes ? { XR_RUNTIME_PATH: null } : {}),
    ...configDirectories(inputs, has('openxr-runtime')),
    XDG_DATA_DIRS: dataDirectories(
      inputs,
      has(
        ...(['vulkan-explicit-layer', 'vulkan-implicit-layer'] as const),
        ...(['openxr-explicit-layer', 'openxr-implicit-layer'] as const),
      ),
    ),
    LD_LIBRARY_PATH: libraryPath(inputs),
    PRESSURE_VESSEL_ARCHITECTURES: captures.map(({ arch }) => arch).join(':'),
  };
}

/** XDG_CONFIG_DIRS with the runtime in front, where there is one; else as the host has it. */
function configDirectories(
  { overridesInContainer, env }: EnvironmentInputs,
  hasRuntime: boolean,
): ContainerEnvironment {
  const directories = env['XDG_CONFIG_DIRS'];
  if (!hasRuntime) return directories === undefined ? {} : { XDG_CONFIG_DIRS: directories };
  // An empty list stands for the usual directory.
  const others = directories === undefined || directories === '' ? '/etc/xdg' : directories;
  return { XDG_CONFIG_DIRS: `${overridesInContainer}/etc/xdg:${others}` };
}

/** Source: our specification of the edition of 2026, B12. */
function enumeration({ isHost, isFlatpak, env, settings }: EnumerationInputs): Enumeration {
  const isLookedUp = (variable: string, directory: string | null): boolean =>
    env[variable] === undefined && directory === null && !isFlatpak;
  const vdpau = env['VDPAU_DRIVER_PATH'] === undefined && settings?.vdpau !== false;
  const dri = isLookedUp('LIBGL_DRIVERS_PATH', settings?.dri ?? null);
  const gbm = isLookedUp('GBM_BACKENDS_PATH', settings?.gbm ?? null);
  const vaApi = isLookedUp('LIBVA_DRIVERS_PATH', settings?.dri ?? null) && settings?.va_api !== false;
  const loaders = [
    { isWanted: vdpau, inspections: 1 },
    { isWanted: dri, inspections: 3 },
    { isWanted: gbm, inspections: 1 },
    { isWanted: vaApi, inspections: 2 },
  ].filter(({ isWanted }) => isWanted);
  return {
    captureTool: (vdpau ? 1 : 0) + (isHost ? 0 : loaders.length),
    printLdSo: settings === null ? 1 : 0,
    inspectLibrary: isHost ? loaders.reduce((sum, { inspections }) => sum + inspections, 0) : 0,
    timeout: 0,
  };
}
