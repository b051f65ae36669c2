import { LaunchError } from '../../errors.ts';
import { systemErrorWords } from '../../system-errors.ts';
import { formatCommandLine } from '../../shell-words.ts';
import type { CaptureCall, CaptureOutcome } from '../planning/plan.ts';
import { systemErrno } from '../sysroot/read-file.ts';
import { makeDestination, readLinks, tidyDestination } from './destination-links.ts';
import { fallbackPathsOf } from './fallback-paths.ts';
import { destinationOf, knowledgeFile, remapRules } from './places.ts';
import {
  type CaptureServer,
  type CaptureSession,
  isConfined,
  type Launching,
  type LaunchReport,
} from './server.ts';

/** Serves every capture call by launching the capture tool once. */
export function serveByLaunching(session: CaptureSession, launching: Launching): CaptureServer {
  const knownLinks = new Map<string, Map<string, string>>();
  const sessionOptions = optionsOf(session);
  return {
    async serve(call) {
      const dest = destinationOf(session.overrides, call.arch, call.dest);
      makeDestination(dest);
      const args = [
        ...fallbackOptions(call, session, launching),
        ...(launching.toolFor(call.arch).kind !== 'external' && isConfined(session) ? ['--confined'] : []),
        ...[...sessionOptions, '--dest', dest],
        ...call.patterns,
      ];
      try {
        await launchTool(call, args, session, launching);
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

/** What every call of a session has in common. Source: our graphics-stack specification, 7.1. */
function optionsOf(session: CaptureSession): readonly string[] {
  const knowledge = knowledgeFile(session);
  return [
    ...['--container', session.container.root],
    ...remapRules(session).flatMap(({ from, to }) => ['--remap-link-prefix', `${from}=${to}`]),
    ...['--provider', session.provider.root],
    ...(knowledge === null ? [] : ['--library-knowledge', knowledge]),
  ];
}

/** Older tools do not know the option, so one that is not known to take it gets it only where the provider needs it. */
function fallbackOptions(
  { arch }: CaptureCall,
  session: CaptureSession,
  { toolFor }: Launching,
): readonly string[] {
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
  const failure = describeEnd(report);
  if (failure === null) {
    tellWarnings(report, reportLine);
    return;
  }
  throw new LaunchError(
    [`The capture tool ${failure}`, report.stderr.trimEnd(), `It was launched as: ${formatCommandLine(argv)}`]
      .filter(Boolean)
      .join('\n'),
    { hint: 'The command can be run again as it stands; --dest may be any empty folder.' },
  );
}

/** What a tool says though it succeeds, in the words that the same capture in this process has. */
function tellWarnings({ stderr }: LaunchReport, report: (line: string) => void): void {
  for (const line of stderr.split('\n')) {
    const text = line.replace(/^(?:<\d>)?\S+: (?:warning: )?/u, '').trim();
    if (text !== '') report(text);
  }
}

function withLibraryPath(
  env: Readonly<Record<string, string>>,
  libraryPath: string | undefined,
): Readonly<Record<string, string>> {
  if (libraryPath !== undefined) return { ...env, LD_LIBRARY_PATH: libraryPath };
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== 'LD_LIBRARY_PATH'));
}

function describeEnd({ end }: LaunchReport): string | null {
  switch (end.kind) {
    case 'exited':
      return end.status === 0 ? null : `exited with status ${end.status}`;
    case 'signalled':
      return `was ended by ${end.signal}`;
    case 'timed-out':
      return `had not finished after ${end.timeoutMs / 1000} s and was ended`;
  }
}
