import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importReport } from '../../src/scenario/import-report.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { asStack } from '../builders/scenario.ts';
import { systemReportSchema } from '../../src/scenario/system-report.ts';

const X86_64 = 'x86_64-linux-gnu';
const I386 = 'i386-linux-gnu';
const canRun = { 'can-run': true };
const icd = (manifest: string, library: string) => ({
  json_path: `/usr/share/vulkan/icd.d/${manifest}`,
  library_path: library,
  api_version: '1.3.230',
});
const dri = (...names: readonly string[]) => ({
  dri_drivers: names.map((name) => ({ library_path: name })),
});

/** What becomes of a report: the scenario as `run` reads it, and what was said. */
function imported(report: unknown) {
  const { text, notes } = importReport(systemReportSchema.parse(report), 'theirs', 'report.json');
  const { architectures, provider } = asStack(parseScenario(text, { source: 'theirs.yaml', folder: '/' }));
  if (provider.kind !== 'synthetic') throw new Error('expected a synthetic provider');
  const { drivers, libraries } = provider.set;
  return {
    text,
    notes: notes.join('\n'),
    architectures,
    libraries: libraries.map(({ soname }) => soname),
    drivers: drivers.map(({ driverClass, file, architectures, manifest, symlinks }) =>
      [driverClass, file, ...(architectures ?? []), manifest?.by, manifest?.broken, Object.keys(symlinks)]
        .flat()
        .filter((word) => word !== undefined && word !== false)
        .join(' '),
    ),
  };
}

describe('a report of steam-runtime-system-info', () => {
  it('of a real Debian 12 names every driver of it', () => {
    const file = new URL('../data/steam-runtime-system-info.debian12.json', import.meta.url);
    const report: unknown = JSON.parse(readFileSync(fileURLToPath(file), 'utf8'));
    const { text, notes, architectures, libraries, drivers } = imported(report);
    expect(architectures).toEqual([X86_64]);
    expect(text).toContain('Debian GNU/Linux 12 (bookworm): 44 drivers');
    expect(notes).toContain('i386-linux-gnu is left out');
    expect(notes).toContain('docker');
    expect(libraries).toEqual(expect.arrayContaining(['libGLX_mesa.so.0', 'libvdpau.so.1', 'libva.so.2']));
    expect(drivers.filter((line) => line.startsWith('dri '))).toHaveLength(13);
    expect(drivers).toContain(
      `vdpau /usr/lib/${X86_64}/vdpau/libvdpau_r300.so.1.0.0 ${X86_64} /usr/lib/${X86_64}/vdpau/libvdpau_r300.so /usr/lib/${X86_64}/vdpau/libvdpau_r300.so.1`,
    );
  });

  it('names one library in several manifests, as NVIDIA’s does', () => {
    const { drivers } = imported({
      architectures: { [X86_64]: canRun },
      vulkan: {
        icds: [icd('nvidia_icd.json', 'libGLX_nvidia.so.0')],
        implicit_layers: [
          {
            ...icd('nvidia_layers.json', 'libGLX_nvidia.so.0'),
            json_path: '/usr/share/vulkan/implicit_layer.d/nvidia_layers.json',
            name: 'VK_LAYER_NV_optimus',
          },
        ],
      },
    });
    expect(drivers).toEqual([
      'vulkan-icd libGLX_nvidia.so.0 soname',
      'vulkan-implicit-layer libGLX_nvidia.so.0 soname',
    ]);
  });

  it.each<{ of: string; report: object; drivers: readonly string[]; says: string }>([
    {
      of: 'a 32-bit machine',
      report: {
        architectures: { [I386]: { ...canRun, ...dri('/usr/lib/i386-linux-gnu/dri/i915_dri.so') } },
        vulkan: { icds: [icd('intel_icd.i686.json', '/usr/lib/i386-linux-gnu/libvulkan_intel.so')] },
      },
      drivers: [
        `vulkan-icd /usr/lib/i386-linux-gnu/libvulkan_intel.so ${I386} path`,
        `dri /usr/lib/i386-linux-gnu/dri/i915_dri.so ${I386}`,
      ],
      says: 'does not tell what drivers depend on',
    },
    {
      of: 'NVIDIA, whose libraries go by SONAME',
      report: {
        architectures: { [X86_64]: canRun, [I386]: canRun },
        egl: {
          icds: [
            { json_path: '/usr/share/glvnd/egl_vendor.d/10_nvidia.json', library_path: 'libEGL_nvidia.so.0' },
          ],
        },
        vulkan: { icds: [icd('nvidia_icd.json', 'libGLX_nvidia.so.0')] },
      },
      drivers: ['egl-icd libEGL_nvidia.so.0 soname', 'vulkan-icd libGLX_nvidia.so.0 soname'],
      says: 'does not tell what drivers depend on',
    },
    {
      of: 'a Flatpak',
      report: {
        container: { type: 'flatpak' },
        architectures: { [X86_64]: { ...canRun, ...dri(`/usr/lib/${X86_64}/GL/lib/dri/iris_dri.so`) } },
      },
      drivers: [`dri /usr/lib/${X86_64}/GL/lib/dri/iris_dri.so ${X86_64}`],
      says: 'flatpak',
    },
    {
      of: 'a machine without drivers',
      report: { architectures: { [X86_64]: canRun } },
      drivers: [],
      says: 'lists no driver',
    },
    {
      of: 'manifests that could not be used',
      report: {
        architectures: { [X86_64]: canRun },
        vulkan: { icds: [{ json_path: '/etc/vulkan/icd.d/old.json', error: 'Unable to parse' }] },
      },
      drivers: ['vulkan-icd libunknown.so path true'],
      says: '/etc/vulkan/icd.d/old.json could not be used there (Unable to parse)',
    },
    {
      of: 'Fedora, whose folders do not name the architecture',
      report: {
        architectures: { [X86_64]: canRun, [I386]: canRun },
        vulkan: { icds: [icd('radeon.json', '/usr/lib64/libvulkan_radeon.so')] },
      },
      drivers: [`vulkan-icd /usr/lib64/libvulkan_radeon.so ${X86_64} path`],
      says: '',
    },
    {
      of: 'a manifest with a relative path, and a merged /usr',
      report: {
        architectures: { [X86_64]: { ...canRun, ...dri(`/lib/${X86_64}/dri/iris_dri.so`) } },
        vulkan: { icds: [icd('radeon.json', `../../../lib/${X86_64}/libvulkan_radeon.so`)] },
      },
      drivers: [
        `vulkan-icd /usr/lib/${X86_64}/libvulkan_radeon.so ${X86_64} relative`,
        `dri /usr/lib/${X86_64}/dri/iris_dri.so ${X86_64}`,
      ],
      says: '',
    },
    {
      of: 'an architecture that we do not know',
      report: { architectures: { 'riscv64-linux-gnu': canRun, [X86_64]: canRun } },
      drivers: [],
      says: 'riscv64-linux-gnu is left out: launchbench knows',
    },
    {
      of: 'OpenXR and layers',
      report: {
        architectures: { [X86_64]: canRun },
        'openxr-1': {
          runtimes: {
            active: {
              json_path: '/etc/xdg/openxr/1/active_runtime.json',
              library_path: '/usr/lib/libopenxr_monado.so',
            },
          },
        },
        vulkan: {
          implicit_layers: [
            {
              json_path: '/usr/share/vulkan/implicit_layer.d/a.json',
              name: 'VK_LAYER_a',
              library_path: 'libVkLayer_a.so',
            },
          ],
        },
      },
      drivers: [
        'vulkan-implicit-layer libVkLayer_a.so soname',
        `openxr-runtime /usr/lib/libopenxr_monado.so ${X86_64} path`,
      ],
      says: '',
    },
    {
      of: 'a hostile hand',
      report: {
        architectures: {
          [X86_64]: {
            ...canRun,
            ...dri(
              '/usr/lib/../../../etc/passwd',
              '/usr/lib/a\nb_dri.so',
              'relative_dri.so',
              `/${'a'.repeat(5000)}`,
            ),
          },
        },
        egl: { icds: [{ json_path: '../../x.json', library_path: 'liba.so' }] },
        vulkan: {
          icds: [icd('../../../../etc/x.json', 'liba.so'), icd('y.json', '../'.repeat(20) + 'etc/shadow')],
        },
      },
      drivers: [`vulkan-icd /etc/shadow ${X86_64} relative`],
      says: 'is left out',
    },
  ])('of $of is a scenario that can be run', ({ report, drivers, says }) => {
    const found = imported(report);
    expect(found.drivers).toEqual(drivers);
    expect(found.notes).toContain(says);
  });

  it('keeps a library of two architectures together where a scenario can say so', () => {
    const glx = (folder: string) => ({
      ...canRun,
      glx_drivers: [{ library_soname: 'libGLX_mesa.so.0', library_path: `${folder}/libGLX_mesa.so.0` }],
    });
    const same = imported({
      architectures: { [X86_64]: glx(`/usr/lib/${X86_64}`), [I386]: glx(`/lib/${I386}`) },
    });
    expect(same.text).toContain('/usr/lib/{tuple}');
    const other = imported({ architectures: { [X86_64]: glx('/usr/lib64'), [I386]: glx('/usr/lib') } });
    expect(other.notes).toContain('libGLX_mesa.so.0 of i386-linux-gnu is left out');
  });

  it('cannot break out of the comment at the head', () => {
    const { text } = imported({
      architectures: { [X86_64]: canRun },
      vulkan: { icds: [{ json_path: '/a\nversion: 9\n.json', error: 'x\ny: z' }] },
    });
    expect(text).not.toMatch(/^(version: 9|y: z)/m);
  });
});
