import type { GateVerdict } from '../analysis/finding.ts';
import type { Analysis } from '../analysis/analysis.ts';
import type { Comparison } from '../analysis/compare-results.ts';
import type { TraceComparison } from '../analysis/compare-traces.ts';
import type { Results } from '../results/results.ts';
import type { Trace } from '../results/trace.ts';

/** What can be reported. */
export type ReportDocument =
  | ResultsDocument
  | ComparisonDocument
  | GateDocument
  | HistoryDocument
  | TraceDocument
  | TraceComparisonDocument;

/** What one run (all its shards) found out. */
export interface ResultsDocument {
  readonly kind: 'results';
  readonly analysis: Analysis;
}

/** Two results files, cell by cell. */
export interface ComparisonDocument {
  readonly kind: 'comparison';
  readonly comparison: Comparison;
}

/** The gate's answer, and what it was given to judge. */
export interface GateDocument {
  readonly kind: 'gate';
  readonly verdict: GateVerdict;
  readonly results: readonly Results[];
  /** Path of the baseline; null where budgets alone were gated. */
  readonly baseline: string | null;
}

/** Many runs, oldest first. */
export interface HistoryDocument {
  readonly kind: 'history';
  readonly entries: readonly HistoryEntry[];
}

/** One run of a history. */
export interface HistoryEntry {
  /** Name of the file it was read from. */
  readonly label: string;
  readonly analysis: Analysis;
}

/** What one command launched. */
export interface TraceDocument {
  readonly kind: 'trace';
  readonly trace: Trace;
  readonly view: {
    /** Whether it is shown who started whom. */
    readonly tree: boolean;
    /** How many executables are listed. */
    readonly top: number;
  };
  /** What a budget says about it; null: there was none. */
  readonly verdict: GateVerdict | null;
}

/** Two traces, launch by launch. */
export interface TraceComparisonDocument {
  readonly kind: 'trace-comparison';
  readonly comparison: TraceComparison;
}

/** The kinds of documents. */
export type DocumentKind = ReportDocument['kind'];

/** How to render. Formats for machines ignore all of it. */
export interface RenderOptions {
  /** Whether ANSI colours may be used; only the caller knows whether a terminal reads this. */
  readonly color: boolean;
  /** Columns of the terminal; infinite for a file. */
  readonly width: number;
  /** Whether signs outside ASCII may be used. */
  readonly unicode: boolean;
  /** Whether what is folded up is shown; not unless told. */
  readonly verbose?: boolean;
  /** Whether a CI service may read this, which obeys some texts as commands; assumed unless told. */
  readonly ci?: boolean;
}

/** A document of some of the kinds. */
export type DocumentOf<Kind extends DocumentKind> = Extract<ReportDocument, { readonly kind: Kind }>;

/** One report format. */
export interface Reporter<Kind extends DocumentKind = DocumentKind> {
  /** What it is for, in one line of help. */
  readonly summary: string;
  /** Usual ending of a file of this format, with the dot. */
  readonly extension: string;
  /** The kinds of documents that it can show. */
  readonly shows: readonly Kind[];
  /** Renders one of them to text. Pure; may load a package first, hence the promise. Left out where it is no text. */
  readonly render?: (document: DocumentOf<Kind>, options: RenderOptions) => string | Promise<string>;
  /** Instead, where it is no text. */
  readonly renderBytes?: (document: DocumentOf<Kind>) => Promise<Uint8Array>;
}
