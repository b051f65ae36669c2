/** How much a command may launch. */
export interface LaunchBudget {
  /** In the order in which they are judged. */
  readonly limits: readonly LaunchLimit[];
  /** The launches of when it was made, by label: what is not among them is new. null: not known. */
  readonly known: ReadonlyMap<string, number> | null;
}

/** One limit: what it counts, and how much is allowed. */
export interface LaunchLimit {
  readonly counts: LaunchCount;
  readonly max: number;
  /** Why it is there, in the words of whoever set it. */
  readonly why: string | null;
  /** Where it stands; null: on the command line, or in a test. */
  readonly location: { readonly file: string; readonly line: number } | null;
}

/** What a limit counts. An executable is a glob; one without a slash is about the file's name. */
export type LaunchCount =
  | { readonly kind: 'launches' }
  | { readonly kind: 'forks' }
  | { readonly kind: 'executable'; readonly glob: string };

/** A limit that was not read from a file. */
export function limit(counts: LaunchCount, max: number): LaunchLimit {
  return { counts, max, why: null, location: null };
}
