/** The name of a row that a command line describes: one line, and not longer than a table can show. */
export function rowNameOf(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, LONGEST_NAME) || '(empty)';
}

const LONGEST_NAME = 200;
