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
  const modifiers = MODIFIERS.exec(text)?.[0] ?? '';
  const flags = flagsOf(modifiers, inherited);
  const rest = text.slice(modifiers.length);
  if (flags.onlyDependencies && flags.noDependencies) {
    throw invalid(`only-dependencies: and no-dependencies: together leave nothing to capture of "${rest}"`);
  }
  return { flags, target: parseTarget(rest) };
}

const MODIFIERS = /^(?:(?:if-exists|if-same-abi|even-if-older|quiet|only-dependencies|no-dependencies):)*/;

function flagsOf(modifiers: string, inherited: Flags): Flags {
  if (modifiers === '') return inherited;
  return {
    ifExists: inherited.ifExists || modifiers.includes('if-exists:'),
    ifSameAbi: inherited.ifSameAbi || modifiers.includes('if-same-abi:'),
    evenIfOlder: inherited.evenIfOlder || modifiers.includes('even-if-older:'),
    quiet: inherited.quiet || modifiers.includes('quiet:'),
    onlyDependencies: inherited.onlyDependencies || modifiers.includes('only-dependencies:'),
    noDependencies: inherited.noDependencies || modifiers.includes('no-dependencies:'),
  };
}

const GLOB_CHARACTERS = /[*?[]/;

/** What follows the word that ends a pattern is taken as it is. */
function parseTarget(text: string): Target {
  const colon = text.indexOf(':');
  if (colon < 0) return parseBare(text);
  const argument = text.slice(colon + 1);
  switch (text.slice(0, colon)) {
    case 'path':
      return absolutePath(argument);
    case 'soname':
      return { kind: 'soname', name: argument, exact: false };
    case 'exact-soname':
      return { kind: 'soname', name: argument, exact: true };
    case 'soname-match':
      return { kind: 'soname-match', glob: argument };
    case 'path-match':
      return { kind: 'path-match', glob: argument };
    case 'from':
      return { kind: 'from', file: argument };
  }
  if (text === 'gl:') return { kind: 'list', list: 'gl' };
  if (text === 'nvidia:') return { kind: 'list', list: 'nvidia' };
  throw invalid(`"${text}" begins with no word that is known before a colon`);
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
