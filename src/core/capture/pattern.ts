import { CaptureError, failure } from './capture-error.ts';

/** What the modifiers in front of a pattern change. */
export interface Flags {
  /** Forgives a library that is not found, and one whose dependencies are not. */
  readonly ifExists: boolean;
  /** Forgives a library of another ABI. */
  readonly ifSameAbi: boolean;
  /** The library itself is not compared with the container. */
  readonly evenIfOlder: boolean;
  /** Keeps what is forgiven out of the messages. */
  readonly quiet: boolean;
  /** The library itself is left out. */
  readonly onlyDependencies: boolean;
  /** The libraries that it needs are left out. */
  readonly noDependencies: boolean;
}

/** What a pattern asks for, once its modifiers are taken off. */
export type Target =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'soname'; readonly name: string; readonly exact: boolean }
  | { readonly kind: 'soname-match'; readonly glob: string }
  | { readonly kind: 'path-match'; readonly glob: string }
  /** A list of patterns that is part of the tool (fixed-lists.ts). */
  | { readonly kind: 'list'; readonly list: 'gl' | 'nvidia' }
  /** A file of patterns, one a line; `-` is standard input. */
  | { readonly kind: 'from'; readonly file: string };

/** A pattern, understood. */
export interface Pattern {
  readonly flags: Flags;
  readonly target: Target;
}

/** No modifier at all. */
export const NO_FLAGS: Flags = {
  ifExists: false,
  ifSameAbi: false,
  evenIfOlder: false,
  quiet: false,
  onlyDependencies: false,
  noDependencies: false,
};

/**
 * Understands a pattern: `if-exists:path:/usr/lib/libfoo.so.1`, `libc.so.6`, `gl:`. The flags of whatever the
 * pattern stands in (a `from:` file, a fixed list) are inherited.
 * Source: our capture-tool specification, section 3.
 *
 * @throws CaptureError of class INVALID.
 */
export function parsePattern(text: string, inherited: Flags = NO_FLAGS): Pattern {
  let flags = inherited;
  let rest = text;
  for (;;) {
    if (flags.onlyDependencies && flags.noDependencies) {
      throw invalid(`only-dependencies: and no-dependencies: together leave nothing to capture of "${rest}"`);
    }
    const modifier = MODIFIERS.find(({ word }) => rest.startsWith(word));
    if (modifier === undefined) return { flags, target: parseTarget(rest) };
    flags = { ...flags, [modifier.flag]: true };
    rest = rest.slice(modifier.word.length);
  }
}

const MODIFIERS: readonly { readonly word: string; readonly flag: keyof Flags }[] = [
  { word: 'if-exists:', flag: 'ifExists' },
  { word: 'if-same-abi:', flag: 'ifSameAbi' },
  { word: 'even-if-older:', flag: 'evenIfOlder' },
  { word: 'quiet:', flag: 'quiet' },
  { word: 'only-dependencies:', flag: 'onlyDependencies' },
  { word: 'no-dependencies:', flag: 'noDependencies' },
];

const GLOB_CHARACTERS = /[*?[]/;

/** The words that end a pattern; what follows them is taken as it is. */
const WORDS: readonly { readonly word: string; readonly target: (argument: string) => Target }[] = [
  { word: 'path:', target: absolutePath },
  { word: 'soname:', target: (name) => ({ kind: 'soname', name, exact: false }) },
  { word: 'exact-soname:', target: (name) => ({ kind: 'soname', name, exact: true }) },
  { word: 'soname-match:', target: (glob) => ({ kind: 'soname-match', glob }) },
  { word: 'path-match:', target: (glob) => ({ kind: 'path-match', glob }) },
  { word: 'from:', target: (file) => ({ kind: 'from', file }) },
];

function parseTarget(text: string): Target {
  if (text === 'gl:') return { kind: 'list', list: 'gl' };
  if (text === 'nvidia:') return { kind: 'list', list: 'nvidia' };
  const known = WORDS.find(({ word }) => text.startsWith(word));
  if (known !== undefined) return known.target(text.slice(known.word.length));
  if (text.includes(':')) throw invalid(`"${text}" begins with no word that is known before a colon`);
  return parseBare(text);
}

/** Without a word in front, the text itself shows what it is. */
function parseBare(text: string): Target {
  const isGlob = GLOB_CHARACTERS.test(text);
  if (text.startsWith('/')) return isGlob ? { kind: 'path-match', glob: text } : { kind: 'path', path: text };
  if (text.includes('/')) throw invalid(`"${text}" is neither an absolute path nor a bare SONAME`);
  return isGlob ? { kind: 'soname-match', glob: text } : { kind: 'soname', name: text, exact: false };
}

function absolutePath(path: string): Target {
  if (!path.startsWith('/')) throw invalid(`"path:${path}" is not followed by an absolute path`);
  return { kind: 'path', path };
}

function invalid(details: string): CaptureError {
  return new CaptureError(failure('INVALID', details));
}
