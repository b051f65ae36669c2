/**
 * The word of a list that a mistyped one was most likely meant to be, for "did you mean"; undefined when
 * nothing is close: a third of the letters may be wrong, three at most, or all be there but the end.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const [typed, meant] = [word.toLowerCase(), candidate.toLowerCase()];
    // One for several is a likely mistake, but many letters away: `strategy` for `strategies`.
    const distance = Math.min(editDistance(typed, meant), editDistance(singular(typed), singular(meant)));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best ?? (word.length < 3 ? undefined : [...known].find((candidate) => candidate.startsWith(word)));
}

/** The end of a message about an unknown word: `; did you mean "X"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

/** The words about one that is not in a list: `expected one of a, b, found "c"`, with the nearest where one is close. */
export function notOneOf(known: readonly string[], found: string): string {
  return `expected one of ${known.join(', ')}, found "${found}"${didYouMean(found, known)}`;
}

function singular(word: string): string {
  return word.replace(/ies$/u, 'y').replace(/(?<![s-])s$/u, '');
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function editDistance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = at(rows, i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
          ? at(rows, i - 2, j - 2) + 1
          : Infinity;
      row.push(Math.min(at(rows, i - 1, j) + 1, (row[j - 1] ?? Infinity) + 1, replaced, swapped));
    }
    rows.push(row);
  }
  return at(rows, from.length, to.length);
}

function at(rows: readonly (readonly number[])[], row: number, column: number): number {
  return rows[row]?.[column] ?? Infinity;
}
