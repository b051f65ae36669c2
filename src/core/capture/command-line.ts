import process from 'node:process';
import { SysrootError, UsageError } from '../../errors.ts';
import { VERSION } from '../../version.ts';
import { ARCHITECTURES, builtInPaths, isTuple, TUPLES, type Architecture } from '../sysroot/architectures.ts';
import { CaptureError, failure } from './capture-error.ts';
import { resolveDynamicLinker } from './dynamic-linker.ts';
import { readArguments } from './options.ts';
import { pathList } from './paths.ts';
import { usage } from './program-options.ts';
import type { CaptureSettings, RemapRule } from './settings.ts';

/** What the command line asks for. */
export type Order =
  /** Something that is answered at once. */
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'capture'; readonly order: CaptureOrder };

/** A capture, as the command line describes it; files are not loaded yet. */
export interface CaptureOrder extends Omit<CaptureSettings, 'compareBy' | 'knowledge' | 'libraryPath'> {
  readonly dest: string;
  readonly compareBy: string;
  readonly knowledgeFile: string | null;
  readonly patterns: readonly string[];
}

/** What the command line is read with. */
export interface CommandLineContext {
  /** The name that the program was called by. */
  readonly program: string;
  readonly posixlyCorrect: boolean;
  /** `--level-prefix` holds for the messages about what stands behind it. */
  readonly onLevelPrefix: () => void;
}

/**
 * Reads the command line of `capture-libs`. What it prints is decided where it stands: what stands behind is
 * not looked at. Source: our capture-tool specification, section 2.
 *
 * @throws UsageError, or CaptureError or RemapError for a value that cannot be used.
 */
export function readCommandLine(args: readonly string[], context: CommandLineContext): Order {
  const { program, posixlyCorrect, onLevelPrefix } = context;
  const given = new Map<string, string>();
  const remap: RemapRule[] = [];
  const patterns: string[] = [];
  const architecture = (): Architecture => architectureFor(given.get('arch'), program);

  for (const argument of readArguments(args, { posixlyCorrect })) {
    if (argument.kind === 'operand') {
      patterns.push(argument.text);
      continue;
    }
    const { name, value } = argument;
    switch (name) {
      case 'print-ld.so':
        return { kind: 'print', text: `${architecture().dynamicLinker}\n` };
      case 'resolve-ld.so':
        return { kind: 'print', text: `${resolveDynamicLinker(value, architecture())}\n` };
      case 'version':
        return { kind: 'print', text: `capture-libs version ${VERSION} (launchbench)\n` };
      case 'help':
        return { kind: 'print', text: usageOf(program, given.get('arch')) };
      case 'level-prefix':
        onLevelPrefix();
        break;
      case 'remap-link-prefix':
        remap.push(parseRemap(value));
        break;
      case 'library-knowledge':
        if (given.has(name)) throw invalid('--library-knowledge may be given only once');
        given.set(name, value);
        break;
      case 'arch':
        given.set(name, knownTuple(value));
        break;
      case 'provider':
      case 'container':
      case 'dest':
      case 'fallback-paths':
      case 'link-target':
      case 'compare-by':
      case 'no-glibc':
      case 'confined':
      case 'echo-comments':
        given.set(name, value);
    }
  }

  if (patterns.length === 0) throw new UsageError('at least one pattern is needed');
  if (remap.some(({ from, to }) => from === '' || to === '')) throw new RemapError();
  const fallbackPaths = given.get('fallback-paths');
  const order: CaptureOrder = {
    architecture: architecture(),
    provider: given.get('provider') ?? '/',
    container: given.get('container') ?? '/',
    dest: given.get('dest') ?? '.',
    linkTarget: given.get('link-target'),
    fallbackPaths: fallbackPaths === undefined ? undefined : pathList(fallbackPaths),
    remap,
    compareBy: given.get('compare-by') ?? 'name,provider',
    knowledgeFile: given.get('library-knowledge') ?? null,
    noGlibc: given.has('no-glibc'),
    confined: given.has('confined'),
    echoComments: given.has('echo-comments'),
    patterns,
  };
  return { kind: 'capture', order };
}

/** The help, with what is built in for the architecture that is served. */
export function usageOf(program: string, tuple?: string): string {
  const architecture = findArchitecture(tuple, program);
  return usage(program, architecture === null ? [] : builtInPaths(architecture));
}

/** A `--remap-link-prefix` that says nothing usable. It ends the program with status 1, and has no number. */
export class RemapError extends SysrootError {
  constructor() {
    super('--remap-link-prefix value must follow the FROM=TO pattern');
  }
}

/** FROM ends at the first `=`; TO may hold more of them. */
function parseRemap(value: string): RemapRule {
  const equals = value.indexOf('=');
  if (equals < 0) throw new RemapError();
  return { from: value.slice(0, equals), to: value.slice(equals + 1) };
}

function knownTuple(word: string): string {
  if (isTuple(word)) return word;
  throw new UsageError(`--arch: "${word}" is not one of ${TUPLES.join(', ')}`);
}

/** `i386-linux-gnu-capture-libs` captures for i386, also under the name of the program that it replaces. */
const NAME_WITH_TUPLE = /^(\w+-linux-\w+)-(?:capsule-)?capture-libs\b/;

function architectureFor(option: string | undefined, program: string): Architecture {
  const found = findArchitecture(option, program);
  if (found !== null) return found;
  const [, inName] = NAME_WITH_TUPLE.exec(program) ?? [];
  throw invalid(
    inName === undefined
      ? `say --arch=TUPLE (${TUPLES.join(', ')}): there is none for this machine, ${process.arch}`
      : `the name of this program asks for ${inName}, which is not one of ${TUPLES.join(', ')}`,
  );
}

function findArchitecture(option: string | undefined, program: string): Architecture | null {
  const word = option ?? NAME_WITH_TUPLE.exec(program)?.[1];
  if (word !== undefined) return isTuple(word) ? ARCHITECTURES[word] : null;
  return Object.values(ARCHITECTURES).find(({ nodeArch }) => nodeArch === process.arch) ?? null;
}

function invalid(details: string): CaptureError {
  return new CaptureError(failure('INVALID', details));
}
