import { type NotedOfPrograms, ProcessTree, type TracedTree } from './process-tree.ts';

/** What a tracer writes, read piece by piece; nothing of it is kept but what it tells of processes. */
export abstract class TraceLog {
  /** The processes so far. */
  readonly tree: ProcessTree;
  /** Why the traced command could not be executed, as errno(3) calls it; null: it was, or nothing was tried yet. */
  rootFailure: string | null = null;
  protected readonly name: string;

  /**
   * @param name - what messages call the log
   * @param cwd - working directory of the traced command; null: it is not known
   */
  constructor(name: string, cwd: string | null = null, noted: Partial<NotedOfPrograms> = {}) {
    this.name = name;
    this.tree = new ProcessTree(cwd, noted);
  }

  /**
   * @param piece - a character for each byte (latin1)
   * @throws CountError for what cannot be understood
   */
  abstract read(piece: string): void;

  /**
   * The log is over.
   *
   * @throws CountError when it ends in the middle.
   */
  end(): TracedTree {
    const lost = this.tree.living();
    if (lost.length > 0) this.fail(`the end of process ${lost.join(', ')} is missing`);
    const [root, ...others] = this.tree.launches();
    if (root === undefined) this.fail('nothing was launched');
    return { launches: [root, ...others], forks: this.tree.forks() };
  }

  /** @throws CountError with the place that was reached. */
  protected abstract fail(what: string): never;
}
