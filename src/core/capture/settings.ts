import type { Architecture } from '../sysroot/architectures.ts';
import type { Inspector } from '../sysroot/inspector.ts';
import type { EscapingLink } from '../sysroot/path-walk.ts';
import type { Knowledge } from './compare/knowledge.ts';
import type { MethodName } from './compare/method-names.ts';

/** What a capture does with all its patterns; the same for every pattern of one tool process. */
export interface CaptureSettings {
  readonly architecture: Architecture;
  /** Tree to take libraries from, as a path on this machine. */
  readonly provider: string;
  /** Tree to compare with, as a path on this machine. */
  readonly container: string;
  /** `--link-target`: what the provider will be called at run time. */
  readonly linkTarget?: string | undefined;
  /** `--remap-link-prefix`, in command line order. */
  readonly remap?: readonly RemapRule[] | undefined;
  /** LD_LIBRARY_PATH, searched inside the trees. */
  readonly libraryPath?: string | undefined;
  /**
   * `--fallback-paths`: directories of either tree where a name is looked for last, in order; an empty one is the
   * top of the tree. Those of the architecture when left out.
   */
  readonly fallbackPaths?: readonly string[] | undefined;
  /** `--compare-by`: how to tell which copy is newer, in order; by name, then provider, when left out. */
  readonly compareBy?: readonly MethodName[] | undefined;
  /** `--library-knowledge`: rules for some libraries of their own. */
  readonly knowledge?: Knowledge | undefined;
  /** `--no-glibc`: never capture the libraries of glibc. */
  readonly noGlibc?: boolean | undefined;
  /**
   * It is known that all patterns leave dependencies out: what a library needs must be there then, but nobody will ask what
   * that needs in turn, so it is not read along.
   */
  readonly withoutDependencies?: boolean | undefined;
  /** Follow links inside the trees, as a chrooted process would, and read nothing else; no option of upstream's tool. */
  readonly confined?: boolean | undefined;
  /** Repeat each comment of a `from:` file as a warning, so that whoever writes it knows what is done; no option of upstream's tool. */
  readonly echoComments?: boolean | undefined;
  /** Reads the trees; one of its own when left out. */
  readonly inspector?: Inspector | undefined;
  /** Gets each link that leads out of a tree, or would if it were not confined, once. */
  readonly onEscape?: ((link: EscapingLink) => void) | undefined;
}

/** One `--remap-link-prefix FROM=TO`. */
export interface RemapRule {
  readonly from: string;
  readonly to: string;
}

/** The folder that links are made in. The real one is in write-links.ts; tests use one in memory. */
export interface Destination {
  /** Whether anything of this name is there: a dangling link, a file or a folder too. */
  has(name: string): boolean;
  /**
   * Makes a symbolic link.
   *
   * @throws the error of the system; the capture turns it into a warning and goes on.
   */
  link(name: string, target: string): void;
  /** Says that others may have changed the folder, so that what is known of it no longer holds. */
  lookAgain?(): void;
}

/** Something worth telling that does not end the capture. Errors are thrown. */
export interface Message {
  readonly severity: 'warning' | 'debug';
  readonly text: string;
}
