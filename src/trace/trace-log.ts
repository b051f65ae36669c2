import type { ProcessTree, TracedTree } from './process-tree.ts';

/** What a tracer writes, read piece by piece; nothing of it is kept but what it tells of processes. */
export interface TraceLog {
  /** The processes so far. */
  readonly tree: ProcessTree;
  /** Why the traced command could not be executed, as errno(3) calls it; null: it was, or nothing was tried yet. */
  readonly rootFailure: string | null;
  /**
   * @param piece - a character for each byte (latin1)
   * @throws CountError for what cannot be understood
   */
  read(piece: string): void;
  /**
   * The log is over.
   *
   * @throws CountError when it ends in the middle.
   */
  end(): TracedTree;
}
