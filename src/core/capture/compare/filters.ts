import { wildcard, type Wildcard } from './wildcard.ts';

/** Says whether a version or symbol belongs to what a library offers; the first filter that matches decides. */
export type Filters = readonly Filter[];

type Filter =
  | {
      readonly kind: 'glob';
      readonly keep: boolean;
      /** False: it is matched against the part before the first `@` alone. */
      readonly withVersion: boolean;
      readonly matches: Wildcard;
    }
  /** What follows is guesswork. */
  | { readonly kind: 'guesses' };

/** Makes filters of their texts: `GLOB` keeps, `!GLOB` leaves out, a lone `!` begins the guesswork. */
export function parseFilters(texts: readonly string[]): Filters {
  return texts.map((text): Filter => {
    if (text === '!') return { kind: 'guesses' };
    const keep = !text.startsWith('!');
    const glob = keep ? text : text.slice(1);
    return { kind: 'glob', keep, withVersion: glob.includes('@'), matches: wildcard(glob) };
  });
}

/** What the filters keep of a set. Source: our capture-tool specification, 8.2. */
export function applyFilters(
  strings: ReadonlySet<string>,
  filters: Filters,
  onWarning: (text: string) => void,
): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const string of strings) if (isKept(string, filters, onWarning)) kept.add(string);
  return kept;
}

function isKept(string: string, filters: Filters, onWarning: (text: string) => void): boolean {
  const at = string.indexOf('@');
  const unversioned = at < 0 ? string : string.slice(0, at);
  let isGuess = false;
  for (const filter of filters) {
    switch (filter.kind) {
      case 'guesses':
        isGuess = true;
        break;
      case 'glob':
        if (!filter.matches(filter.withVersion ? string : unversioned)) break;
        if (isGuess) {
          onWarning(`"${string}" is taken to be ${filter.keep ? 'public' : 'private'}, but that is a guess`);
        }
        return filter.keep;
    }
  }
  onWarning(`"${string}" matches no filter, so it is taken to be private`);
  return false;
}
