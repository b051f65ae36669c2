import { readArguments } from '../../core/capture/options.ts';
import { PROGRAM_OPTIONS } from '../../core/capture/program-options.ts';
import { UsageError } from '../../errors.ts';
import type { Trace, TraceLaunch } from '../../results/trace.ts';

/** A launch of a capture tool, ours or upstream's, as its command line says it. */
export interface CaptureCall {
  readonly launch: TraceLaunch;
  /** Everything but destination and patterns: calls can be one where this is the same. */
  readonly settings: string;
  readonly dest: string;
  readonly patterns: readonly CapturePattern[];
  /** Whether it only prints something. */
  readonly isQuestion: boolean;
}

/** A pattern of such a call. */
export interface CapturePattern {
  readonly text: string;
  readonly kind: 'path' | 'soname' | 'other';
  /** The name of the link that it makes; null where the pattern alone does not tell. */
  readonly link: string | null;
}

/** The launches of capture tools in a trace, in order. Those whose command line cannot be understood are left out. */
export function captureCalls({ tree }: Trace): readonly CaptureCall[] {
  return tree.slice(1).flatMap((launch) => {
    const words = wordsBehindTool(launch);
    const call = words === null || launch.argvCut === true ? null : readCall(launch, words);
    return call === null ? [] : [call];
  });
}

/** The arguments of a capture tool, whether it is started itself or as a file with node. */
function wordsBehindTool({ argv }: TraceLaunch): readonly string[] | null {
  const index = argv.slice(0, 2).findIndex((word) => CAPTURE_TOOL.test(word));
  return index < 0 ? null : argv.slice(index + 1);
}

const CAPTURE_TOOL = /(?:^|[/-])(?:capsule-)?capture-libs(?:\.cjs)?$/u;

function readCall(launch: TraceLaunch, words: readonly string[]): CaptureCall | null {
  const settings: string[] = [];
  const patterns: CapturePattern[] = [];
  let dest = '.';
  let isQuestion = false;
  try {
    for (const argument of readArguments(words, PROGRAM_OPTIONS, {
      helpOption: 'help',
      posixlyCorrect: false,
    })) {
      if (argument.kind === 'operand') patterns.push(readPattern(argument.text));
      else if (argument.name === 'dest') dest = argument.value.replace(/\/+$/u, '');
      else settings.push(`${argument.name}=${argument.value}`);
      if (argument.kind === 'option' && QUESTIONS.has(argument.name)) isQuestion = true;
    }
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
  const { executable, cwd } = launch;
  return { launch, settings: [executable, cwd, ...settings.sort()].join('\0'), dest, patterns, isQuestion };
}

const QUESTIONS: ReadonlySet<string> = new Set(['print-ld.so', 'resolve-ld.so', 'version', 'help']);

/** `no-dependencies:if-exists:path:/usr/lib/x.so` → path, `x.so`. */
function readPattern(text: string): CapturePattern {
  const rest = text.replace(
    /^(?:(?:if-exists|if-same-abi|even-if-older|quiet|only-dependencies|no-dependencies):)+/u,
    '',
  );
  const target = /^(?:path:(?=\/))?(\/.*)$/su.exec(rest)?.[1];
  if (target !== undefined) return { text, kind: 'path', link: target.slice(target.lastIndexOf('/') + 1) };
  const soname = /^(?:exact-)?soname:([^*?[]+)$/su.exec(rest)?.[1];
  if (soname !== undefined) return { text, kind: 'soname', link: soname };
  return { text, kind: 'other', link: null };
}
