import { readArguments } from '../../core/capture/options.ts';
import { PROGRAM_OPTIONS } from '../../core/capture/program-options.ts';
import { UsageError } from '../../errors.ts';
import { resolveProcessPaths, type Trace, type TraceLaunch } from '../../results/trace.ts';

/** A launch of a capture tool, ours or upstream's, as its command line says it. */
export interface CaptureCall {
  readonly launch: TraceLaunch;
  /** Everything but destination and patterns: calls can be one where this is the same. */
  readonly settings: string;
  readonly dest: string;
  /** The tree that it captures from, without a slash at its end; empty for `/`. */
  readonly provider: string;
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
  /** The one file that it captures, in the provider; null where it is not named by a path. */
  readonly path: string | null;
}

/** The launches of capture tools in a trace, in order. Those whose command line cannot be understood are left out. */
export function captureCalls({ tree }: Trace): readonly CaptureCall[] {
  return tree
    .slice(1)
    .map(resolveProcessPaths)
    .flatMap((launch) => {
      const line = launch.argvCut === true || !isCaptureTool(launch) ? null : readCaptureLine(launch);
      return line === null ? [] : [toCall(launch, line)];
    });
}

/** The command line of a capture tool, taken apart. */
export interface CaptureLine {
  /** The tool, and node before it where it is a file. */
  readonly before: readonly string[];
  readonly options: readonly {
    readonly name: OptionName;
    readonly value: string;
    readonly takesValue: boolean;
  }[];
  readonly operands: readonly string[];
}

type OptionName = (typeof PROGRAM_OPTIONS)[number]['name'];

/** Whether a launch is one of a capture tool, ours or upstream's, started itself or as a file with node. */
export function isCaptureTool({ argv }: Pick<TraceLaunch, 'argv'>): boolean {
  return toolIn(argv) >= 0;
}

function toolIn([program = '', file = '']: readonly string[]): number {
  if (CAPTURE_TOOL.test(program)) return 0;
  return /(?:^|\/)node(?:js)?$/u.test(program) && CAPTURE_TOOL.test(file) ? 1 : -1;
}

const CAPTURE_TOOL = /(?:^|[/-])(?:capsule-)?capture-libs(?:\.cjs)?$/u;

/** Reads the arguments of a capture tool as it does; null where it would not understand them. */
export function readCaptureLine({ argv }: Pick<TraceLaunch, 'argv'>): CaptureLine | null {
  const behind = toolIn(argv) + 1;
  try {
    const read = [...readArguments(argv.slice(behind), { posixlyCorrect: false })];
    return {
      before: argv.slice(0, behind),
      options: read.flatMap((argument) =>
        argument.kind === 'option' ? [{ ...argument, takesValue: TAKING_VALUES.has(argument.name) }] : [],
      ),
      operands: read.flatMap((argument) => (argument.kind === 'operand' ? [argument.text] : [])),
    };
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

const TAKING_VALUES: ReadonlySet<string> = new Set(
  PROGRAM_OPTIONS.filter(({ value }) => value !== null).map(({ name }) => name),
);

/** Whether a capture tool is only asked something, and makes no link. */
export function isQuestion({ options }: CaptureLine): boolean {
  return options.some(({ name }) => QUESTIONS.has(name));
}

const QUESTIONS: ReadonlySet<string> = new Set(['print-ld.so', 'resolve-ld.so', 'version', 'help']);

function toCall(launch: TraceLaunch, line: CaptureLine): CaptureCall {
  const settings = line.options
    .filter(({ name }) => name !== 'dest')
    .map(({ name, value }) => `${name}=${value}`);
  const folder = (option: OptionName): string | undefined =>
    line.options.findLast(({ name }) => name === option)?.value.replace(/\/+$/u, '');
  const { executable, cwd } = launch;
  return {
    launch,
    settings: [executable, cwd, ...settings.sort()].join('\0'),
    dest: folder('dest') ?? '.',
    provider: folder('provider') ?? '',
    patterns: line.operands.map(readPattern),
    isQuestion: isQuestion(line),
  };
}

/** `no-dependencies:if-exists:path:/usr/lib/x.so` → path, `x.so`. */
function readPattern(text: string): CapturePattern {
  const rest = text.replace(
    /^(?:(?:if-exists|if-same-abi|even-if-older|quiet|only-dependencies|no-dependencies):)+/u,
    '',
  );
  const target = /^(?:path:(?=\/))?(\/.*)$/su.exec(rest)?.[1];
  if (target !== undefined) {
    return { text, kind: 'path', link: target.slice(target.lastIndexOf('/') + 1), path: target };
  }
  const soname = /^(?:exact-)?soname:([^*?[]+)$/su.exec(rest)?.[1];
  if (soname !== undefined) return { text, kind: 'soname', link: soname, path: null };
  return { text, kind: 'other', link: null, path: null };
}
