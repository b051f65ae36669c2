/** The ways to tell which of two copies of a library is newer. */
export const METHOD_NAMES = ['name', 'versions', 'symbols', 'container', 'provider'] as const;

/** One of the ways to compare two copies of a library. */
export type MethodName = (typeof METHOD_NAMES)[number];

/** Whether a word names a way to compare. */
export function isMethodName(word: string): word is MethodName {
  return METHOD_NAMES.some((name) => name === word);
}
