import type { Tuple } from '../core/sysroot/architectures.ts';

/** An emulation that a scenario asks for. */
export type ScenarioEmulation =
  | { readonly kind: 'native'; readonly name: 'native' }
  | {
      readonly kind: 'wrapper';
      readonly name: string;
      /** Command prefix by architecture; an architecture without one cannot be launched under it. */
      readonly command: Readonly<Partial<Record<Tuple, readonly [string, ...string[]]>>>;
    }
  | { readonly kind: 'model'; readonly name: string; readonly model: ScenarioModel };

/** Parameters of a modelled emulation. Source: our emulation specification, section 3.1. */
export interface ScenarioModel {
  /** Preset that it is, or was changed from; null: all its own. */
  readonly preset: string | null;
  /** Milliseconds added to every launch. */
  readonly launchMs: ParameterRange;
  /** Factor on the native CPU time of a launch. */
  readonly cpuFactor: ParameterRange;
  /** Milliseconds paid once, when cold. */
  readonly firstLaunchExtraMs: ParameterRange;
  /** Native CPU time on the emulator's host, as a multiple of that measured here. */
  readonly hostFactor: number;
  readonly source: string;
  readonly confidence: string;
  readonly calibratedOn: string;
}

/** A parameter with the range it may lie in. */
export interface ParameterRange {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
