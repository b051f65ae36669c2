import { ScenarioError } from '../../errors.ts';
import type { Model, ParameterRange } from './emulation-schemas.ts';

/** A model that comes with launchbench; null: the user must say, because no figure has been published. */
export interface Preset {
  readonly summary: string;
  readonly launchMs: ParameterRange | null;
  readonly cpuFactor: ParameterRange | null;
  readonly firstLaunchExtraMs: ParameterRange | null;
  readonly source: string;
  readonly confidence: string;
  readonly calibratedOn: string;
}

/**
 * Models by name. All of them belong to the C capture tool. Source of every figure: our emulation specification,
 * section 4, which names the publications; `source` repeats them. To add one, add its entry.
 */
export const PRESETS = {
  'qemu-user': {
    summary: 'qemu-user 7.2, capture tool',
    launchMs: { value: 24, low: 19, high: 31 },
    cpuFactor: { value: 7.5, low: 6.3, high: 9 },
    firstLaunchExtraMs: { value: 0, low: 0, high: 0 },
    source:
      'two series of native and emulated launches of capsule-capture-libs, fitted and validated on held-out calls; a static program starts in about 12 ms, a dynamic one in 20',
    confidence: 'high for qemu-user 7.2 with the capture tool, low elsewhere',
    calibratedOn: 'qemu-x86_64 7.2.22, capsule-capture-libs 0.20250718, AMD EPYC virtual machine, 2026',
  },
  'qemu-user-scalar': {
    summary: 'qemu-user 7.2, scalar integer code (gzip)',
    launchMs: { value: 31, low: 25, high: 35 },
    cpuFactor: { value: 2.4, low: 2.2, high: 3.3 },
    firstLaunchExtraMs: { value: 0, low: 0, high: 0 },
    source: 'native and emulated launches of gzip on the machine of preset qemu-user',
    confidence: 'medium',
    calibratedOn: 'qemu-x86_64 7.2.22, gzip, AMD EPYC virtual machine, 2026',
  },
  'fex-nocache-2022': {
    summary: 'FEX without a code cache, as published in 2022',
    launchMs: { value: 250, low: 200, high: 270 },
    cpuFactor: { value: 4, low: 2, high: 8 },
    firstLaunchExtraMs: { value: 300, low: 200, high: 400 },
    source:
      'skmp.dev/blog/hex-cache (/bin/ls 277 ms, a fork of FEX); box86.org comparison of 2022 (13 to 26 % of native); FEX commit d4789895a (mounting an image)',
    confidence: 'low',
    calibratedOn: 'NVIDIA Orin, /bin/ls, 2022',
  },
  'fex-nocache': {
    summary: 'FEX without a code cache, the default as of August 2026; an estimate',
    launchMs: { value: 120, low: 60, high: 180 },
    cpuFactor: { value: 4, low: 2, high: 8 },
    firstLaunchExtraMs: { value: 300, low: 0, high: 400 },
    source:
      'preset fex-nocache-2022 scaled for later gains of the translator; upper bound from FEX commit 98f0f22f4 (a whole start of pressure-vessel in 8.74 s); the first launch costs no more than others where Steam keeps FEXServer alive',
    confidence: 'low, an estimate',
    calibratedOn: 'nothing: derived from published figures of 2022 and 2023',
  },
  'fex-codecache-warm': {
    summary: 'FEX with a warm code cache, loaded whole at each start; an estimate',
    launchMs: { value: 15, low: 10, high: 25 },
    cpuFactor: { value: 2, low: 1.5, high: 3 },
    firstLaunchExtraMs: { value: 0, low: 0, high: 0 },
    source:
      'skmp.dev/blog/hex-cache (/bin/ls 29 ms, /bin/true 14 ms cached); today’s cache is of another design',
    confidence: 'low',
    calibratedOn: 'NVIDIA Orin, /bin/ls and /bin/true, 2022',
  },
  'fex-codecache-warm-lazy': {
    summary: 'FEX with a warm code cache, loaded where code is reached',
    launchMs: null,
    cpuFactor: null,
    firstLaunchExtraMs: { value: 0, low: 0, high: 0 },
    source: 'nothing published; expected between presets fex-codecache-warm and fex-nocache',
    confidence: 'none',
    calibratedOn: 'nothing',
  },
  'fex-codecache-cold': {
    summary: 'FEX while its code cache is compiled',
    launchMs: { value: 120, low: 60, high: 180 },
    cpuFactor: { value: 4, low: 2, high: 8 },
    firstLaunchExtraMs: null,
    source: 'preset fex-nocache; what the compilation adds to a launch has not been published',
    confidence: 'none',
    calibratedOn: 'nothing: derived from published figures of 2022 and 2023',
  },
  'box64-dynacache': {
    summary: 'box64 0.4.4, whose cache of translated code is on by default for files from 30 KB on',
    launchMs: null,
    cpuFactor: null,
    firstLaunchExtraMs: { value: 0, low: 0, high: 0 },
    source: 'nothing published about launches',
    confidence: 'none',
    calibratedOn: 'nothing',
  },
  'valgrind-none': {
    summary: 'valgrind --tool=none: very expensive launches',
    launchMs: { value: 230, low: 190, high: 350 },
    cpuFactor: null,
    firstLaunchExtraMs: { value: 0, low: 0, high: 0 },
    source: 'native and wrapped launches of /bin/true',
    confidence: 'medium for a launch, none for its work',
    calibratedOn: 'valgrind 3.19, /bin/true, AMD EPYC virtual machine, 2026',
  },
} as const satisfies Record<string, Preset>;

/** Name of a preset. */
export type PresetName = keyof typeof PRESETS;

/** What a scenario may say differently from a preset. */
export type ModelChanges = Partial<Pick<Model, keyof Omit<Preset, 'summary'> | 'hostFactor' | 'caller'>>;

/** Whether a word names a preset. */
export function isPresetName(word: string): word is PresetName {
  return Object.hasOwn(PRESETS, word);
}

/**
 * The model of a preset, with the user's changes. Unless they are given, the host factor is 1, the emulator's host being
 * taken to be as quick as this machine, and the caller is emulated.
 *
 * @throws ScenarioError when a parameter that the preset leaves open is not given.
 */
export function modelOf(name: PresetName, changes: ModelChanges = {}): Model {
  const preset: Preset = PRESETS[name];
  const { source, confidence, calibratedOn } = preset;
  const required = (key: 'launchMs' | 'cpuFactor' | 'firstLaunchExtraMs'): ParameterRange => {
    const range = changes[key] ?? preset[key];
    if (range !== null) return range;
    throw new ScenarioError(`Preset "${name}" leaves ${key} open: no figure has been published`, {
      hint: `Give ${key} yourself, with the range it may lie in.`,
    });
  };
  return {
    preset: name,
    hostFactor: 1,
    caller: 'emulated',
    ...{ source, confidence, calibratedOn },
    ...changes,
    launchMs: required('launchMs'),
    cpuFactor: required('cpuFactor'),
    firstLaunchExtraMs: required('firstLaunchExtraMs'),
  };
}
