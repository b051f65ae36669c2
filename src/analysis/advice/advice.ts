import type { Trace } from '../../results/trace.ts';

/** What could be launched less often, and why that can be thought. */
export interface Advice {
  /** What would be done about it. */
  readonly kind:
    /** Captures into one folder become one capture. */
    | 'batch-captures'
    /** The same, though two of them would make one link, for which all were put into numbered folders. */
    | 'collision'
    /** Captures of a library by its SONAME join the capture into the same folder. */
    | 'soname-in-main-call'
    /** The same names captured again into the same folder. */
    | 'captured-twice'
    /** One file captured again under another name. */
    | 'same-file'
    /** The capture tool asked the same thing again. */
    | 'enumerated-twice'
    /** The same command line again. */
    | 'repeated-launch'
    /** A program asked again what it is. */
    | 'version-probe'
    /** A shell that only starts one other program. */
    | 'shell-between'
    /** Programs looked for along PATH, by trying to execute them. */
    | 'path-search';
  /** One sentence, without a full stop. */
  readonly what: string;
  /** What to be careful about; null: nothing that the recording shows. */
  readonly caution: string | null;
  readonly effect: Effect;
  /** Launches that would no longer happen, those included that they make themselves. */
  readonly launchesSaved: number;
  /** Execs that would no longer be tried in vain: they are no launches. */
  readonly attemptsSaved: number;
  /**
   * What the launches that go took in the recording, under its tracer, milliseconds: a bound where they are merged; null:
   * not recorded, or none go.
   */
  readonly savedMs: number | null;
  /** The launches it is about, by `seq`; those that would be saved and the one that would stay. */
  readonly launches: readonly number[];
  /** One of them, for people to recognise. */
  readonly example: readonly string[];
}

/** What becomes of the launches that are saved. */
export type Effect =
  /** They do not happen, nor what they start. */
  | 'gone'
  /** What they do is done by the one that stays. */
  | 'merged'
  /** What they start is started without them. */
  | 'bypassed';

/** What can be asked about the files that a recording names. */
export interface RecordedFiles {
  /** A word that two names of one file share; null: it is not known. */
  readonly identityOf: (path: string) => string | null;
}

/** A kind of advice: what it finds among launches that no earlier one has found to be saved. */
export type AdviceRule = (
  trace: Trace,
  isFree: (seq: number) => boolean,
  files: RecordedFiles,
) => readonly AdviceOn[];

/** What a rule says; the rest follows from the launches. */
export interface AdviceOn extends Pick<Advice, 'kind' | 'what' | 'caution' | 'effect'> {
  /** Launches that would no longer happen, by `seq`; without what they start. */
  readonly saved: readonly number[];
  /** Launches that would do their work, by `seq`. */
  readonly kept: readonly number[];
  /** Execs that would no longer be tried in vain. */
  readonly attempts?: number;
}
