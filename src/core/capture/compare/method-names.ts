/** The ways to tell which of two copies of a library is newer. */
export const METHOD_NAMES = ['name', 'versions', 'symbols', 'container', 'provider'] as const;

/** One of the ways to compare two copies of a library. */
export type MethodName = (typeof METHOD_NAMES)[number];

/**
 * The ways that words name.
 *
 * @param refuse - makes the error that is thrown for a word that names none.
 */
export function parseMethodNames(
  words: readonly string[],
  refuse: (word: string, known: string) => Error,
): readonly MethodName[] {
  return words.map((word) => {
    const known = METHOD_NAMES.find((name) => name === word);
    if (known === undefined) throw refuse(word, METHOD_NAMES.join(', '));
    return known;
  });
}
