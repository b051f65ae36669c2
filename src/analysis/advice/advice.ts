import type { Trace } from '../../results/trace.ts';

/** What could be launched less often, and why that can be thought. */
export interface Advice {
  /** What would be done about it. */
  readonly kind:
    /** Captures into one folder become one capture. */
    | 'batch-captures'
    /** Captures of a library by its SONAME join the capture into the same folder. */
    | 'soname-in-main-call'
    /** The same names captured again into the same folder. */
    | 'captured-twice'
    /** The capture tool asked the same thing again. */
    | 'enumerated-twice'
    /** The same command line again. */
    | 'repeated-launch'
    /** A program asked again what it is. */
    | 'version-probe'
    /** A shell that only starts one other program. */
    | 'shell-between';
  /** One sentence, without a full stop. */
  readonly what: string;
  /** What to be careful about; null: nothing that the recording shows. */
  readonly caution: string | null;
  readonly launchesSaved: number;
  /** What these launches took in the recording, under its tracer, milliseconds; null: not recorded. */
  readonly savedMs: number | null;
  /** The launches it is about, by `seq`; those that would be saved and the one that would stay. */
  readonly launches: readonly number[];
  /** One of them, for people to recognise. */
  readonly example: readonly string[];
}

/** A kind of advice: what it finds among launches that no earlier one has found to be saved. */
export type AdviceRule = (trace: Trace, isFree: (seq: number) => boolean) => readonly AdviceOn[];

/** What a rule says; the rest follows from the launches. */
export interface AdviceOn {
  readonly kind: Advice['kind'];
  readonly what: string;
  readonly caution: string | null;
  /** Launches that would no longer happen, by `seq`. */
  readonly saved: readonly number[];
  /** Launches that would do their work, by `seq`. */
  readonly kept: readonly number[];
}
