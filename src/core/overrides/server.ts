import type { ProviderManifest } from '../drivers/provider-manifest.ts';
import type { Tuple } from '../sysroot/architectures.ts';
import type { EscapingLink } from '../sysroot/path-walk.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';
import type { CaptureCall, CaptureOutcome } from '../planning/plan.ts';
import type { Edition } from '../editions/edition.ts';

/** A command line to be launched. */
export interface LaunchRequest {
  /** Absolute path of the executable and its arguments; no shell, no PATH search. */
  readonly argv: readonly [string, ...string[]];
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory; `/` when left out. */
  readonly cwd?: string | undefined;
  /** After so many milliseconds the child and its process group are ended. */
  readonly timeoutMs: number;
  /** For the ledger: why it is launched, and what the ledger calls the executable. */
  readonly purpose: string;
  readonly arch: string | null;
  readonly executable: string;
}

/** How a child ended. */
export type ChildEnd =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out'; readonly timeoutMs: number };

/** What is known of a finished launch. */
export interface LaunchReport {
  readonly end: ChildEnd;
  /** The last lines that it wrote to standard error (at most 4 KiB). */
  readonly stderr: string;
}

/** Launches processes. The real ones are in `launch/`; the core only knows that they exist. */
export interface Launcher {
  /**
   * Runs a child to its end.
   *
   * @throws EnvironmentError when the executable is not there or cannot be executed.
   */
  launch(request: LaunchRequest): Promise<LaunchReport>;
  /**
   * Starts a child that is talked to while it runs.
   *
   * @param onStderr - gets what it writes to standard error, as it comes, in pieces of any size.
   */
  converse(request: LaunchRequest, onStderr: (piece: Buffer) => void): Conversation;
}

/** A child that is talked to through its standard input while it runs. */
export interface Conversation {
  /** Writes to its standard input; what it does not read before it ends is lost. */
  write(bytes: Buffer): void;
  /** Closes its standard input: it has been told all. */
  end(): void;
  /**
   * What is known of it when it has ended.
   *
   * @throws as `Launcher.launch`.
   */
  readonly ended: Promise<LaunchReport>;
}

/** What becomes of a capture call. */
export interface CaptureServer {
  /**
   * Serves one call: makes its destination, captures, and says which links are there now.
   *
   * @throws LaunchError when a launched tool fails or times out.
   */
  serve(call: CaptureCall): Promise<CaptureOutcome>;
  /**
   * Called when no further call of an architecture comes; what was served is where it belongs then.
   *
   * @throws LaunchError when a tool that served several calls does not end well.
   */
  finish?(): Promise<void>;
}

/** What is captured from where to where; the same for all calls of one capture. */
export interface CaptureSession {
  readonly provider: Sysroot;
  readonly container: Sysroot;
  /** Folder on this machine that the overrides are made in. */
  readonly overrides: string;
  /** Where the container will see the provider. */
  readonly providerInContainer: string;
  /** What the capture follows: classes of driver, calls, names. */
  readonly edition: Edition;
  /** What the provider's graphics_provider.json says; it has none unless told. */
  readonly manifest?: ProviderManifest | null | undefined;
  /** LD_LIBRARY_PATH, whose directories are searched inside the trees. */
  readonly libraryPath: string | undefined;
  /** Gets each link that leads out of a tree, or would if it were not confined, once, when it is come across. */
  readonly onEscape?: ((link: EscapingLink) => void) | undefined;
  /**
   * Gets a line for what went wrong but does not end the capture, of a launched tool as far as its last KiB of standard
   * error go.
   */
  readonly report?: ((message: string) => void) | undefined;
}

/** Whether links are followed inside the trees and nothing else is read: both are confined as soon as one is. */
export function isConfined({ provider, container }: Pick<CaptureSession, 'provider' | 'container'>): boolean {
  return provider.confined || container.confined;
}

/** How a capture call becomes a launch. */
export interface Launching {
  readonly launcher: Launcher;
  /** The capture tool of an architecture. */
  readonly toolFor: (arch: Tuple) => CaptureTool;
  /** Environment of the tool; LD_LIBRARY_PATH is the session's. */
  readonly env: Readonly<Record<string, string>>;
  /** Longest time that one launch may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** A program that serves capture calls. */
export interface CaptureTool {
  /** Our own `capture-libs`, which has options of its own, as an executable or as a program for Node; or another one. */
  readonly kind: 'native' | 'node' | 'external';
  /** The file that is the tool; with Node it is not the one that is executed. */
  readonly file: string;
  /** The program and the arguments that come before those of a call. */
  readonly argv: readonly [string, ...string[]];
  /** What the ledger calls it. */
  readonly executable: string;
  /** Whether it can be told where to look last, as tools can since December 2025; our own can, others not unless told. */
  readonly takesFallbackPaths?: boolean | undefined;
}

/** Makes the server of one capture; what it learns about the trees is forgotten with it. */
export type OpenServer = (session: CaptureSession, launching: Launching) => CaptureServer;
