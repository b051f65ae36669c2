import { type ErrorDetails, LaunchError } from '../../errors.ts';
import { systemErrorWords } from '../../system-errors.ts';
import { formatCommandLine } from '../../shell-words.ts';
import type { CaptureCall, CaptureOutcome } from '../planning/plan.ts';
import type { Tuple } from '../sysroot/architectures.ts';
import { systemErrno } from '../sysroot/read-file.ts';
import { makeDestination, readLinks, tidyDestination } from './destination-links.ts';
import { fallbackPathsOf } from './fallback-paths.ts';
import { destinationOf, knowledgeFile, remapRules } from './places.ts';
import {
  type CaptureServer,
  type CaptureSession,
  type ChildEnd,
  isConfined,
  type Launching,
} from './server.ts';

/** Serves every capture call by launching the capture tool once. */
export function serveByLaunching(session: CaptureSession, launching: Launching): CaptureServer {
  const knownLinks = new Map<string, Map<string, string>>();
  const argumentsFor = toolArguments(session, launching);
  return {
    async serve(call) {
      const dest = destinationOf(session.overrides, call.arch, call.dest);
      makeDestination(dest);
      try {
        await launchTool(call, argumentsFor(call.arch, dest, call.patterns), session, launching);
      } catch (error) {
        if (!call.mayFail || !(error instanceof LaunchError)) throw error;
        session.report?.(`${call.purpose} of ${call.arch} is left out: ${error.message}`);
      }
      const known = knownLinks.get(dest) ?? new Map<string, string>();
      knownLinks.set(dest, known);
      const outcome = readLinksLeft(dest, known, launching.toolFor(call.arch).executable);
      tidyDestination(dest, call, outcome);
      return outcome;
    },
  };
}

/**
 * Makes the arguments of a tool that captures patterns for an architecture into a destination.
 * Source: our graphics-stack specification, 7.1.
 */
export function toolArguments(
  session: CaptureSession,
  launching: Launching,
): (arch: Tuple, dest: string, patterns: readonly string[]) => readonly string[] {
  const knowledge = knowledgeFile(session);
  return (arch, dest, patterns) => [
    ...fallbackOptions(arch, session, launching),
    ...(launching.toolFor(arch).kind !== 'external' && isConfined(session) ? ['--confined'] : []),
    ...['--container', session.container.root],
    ...remapRules(session).flatMap(({ from, to }) => ['--remap-link-prefix', `${from}=${to}`]),
    ...['--provider', session.provider.root],
    ...(knowledge === null ? [] : ['--library-knowledge', knowledge]),
    ...['--dest', dest],
    ...patterns,
  ];
}

/** Older tools do not know the option, so one that is not known to take it gets it only where the provider needs it. */
function fallbackOptions(arch: Tuple, session: CaptureSession, { toolFor }: Launching): readonly string[] {
  const fallback = fallbackPathsOf(session, arch);
  if (fallback === null) return [];
  const { kind, takesFallbackPaths = kind !== 'external' } = toolFor(arch);
  if (fallback.namedBy === 'edition' && !takesFallbackPaths) return [];
  return ['--fallback-paths', fallback.list.join(':')];
}

/** A tool can do away with its own destination. */
function readLinksLeft(dest: string, known: Map<string, string>, tool: string): CaptureOutcome {
  try {
    return readLinks(dest, known);
  } catch (cause) {
    if (systemErrno(cause) === null || !(cause instanceof Error)) throw cause;
    throw new LaunchError(
      `The capture tool ${tool} left no destination to be read: ${systemErrorWords(cause)}`,
      {
        hint: 'It has to make links in the folder that --dest names, and leave that folder there.',
        cause,
      },
    );
  }
}

async function launchTool(
  { arch, purpose }: CaptureCall,
  args: readonly string[],
  { libraryPath, report: reportLine = () => undefined }: CaptureSession,
  { launcher, toolFor, env, timeoutMs }: Launching,
): Promise<void> {
  const tool = toolFor(arch);
  const argv: [string, ...string[]] = [...tool.argv, ...args];
  const report = await launcher.launch({
    argv,
    env: withLibraryPath(env, libraryPath),
    timeoutMs,
    purpose,
    arch,
    executable: tool.executable,
  });
  const failure = describeEnd(report.end);
  if (failure === null) {
    tellWarnings(report.stderr, reportLine);
    return;
  }
  throw toolFailure(failure, report.stderr, argv, {
    hint: 'The command can be run again as it stands; --dest may be any empty folder.',
  });
}

/** What came of a tool, what it said last, and how it was launched. */
export function toolFailure(
  failure: string,
  stderr: string,
  argv: readonly string[],
  details: ErrorDetails,
): LaunchError {
  return new LaunchError(
    [`The capture tool ${failure}`, stderr.trimEnd(), `It was launched as: ${formatCommandLine(argv)}`]
      .filter(Boolean)
      .join('\n'),
    details,
  );
}

/** What a tool says though it succeeds, in the words that the same capture in this process has. */
export function tellWarnings(stderr: string, report: (line: string) => void): void {
  for (const line of stderr.split('\n')) {
    const text = line.replace(/^(?:<\d>)?\S+: (?:warning: )?/u, '').trim();
    if (text !== '') report(text);
  }
}

/** The environment of a launched tool: what it may find of LD_LIBRARY_PATH is the session's. */
export function withLibraryPath(
  env: Readonly<Record<string, string>>,
  libraryPath: string | undefined,
): Readonly<Record<string, string>> {
  if (libraryPath !== undefined) return { ...env, LD_LIBRARY_PATH: libraryPath };
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== 'LD_LIBRARY_PATH'));
}

/** How a tool ended badly; null: it did not. */
export function describeEnd(end: ChildEnd): string | null {
  switch (end.kind) {
    case 'exited':
      return end.status === 0 ? null : `exited with status ${end.status}`;
    case 'signalled':
      return `was ended by ${end.signal}`;
    case 'timed-out':
      return `had not finished after ${end.timeoutMs / 1000} s and was ended`;
  }
}
