/**
 * Columns that a text takes on a terminal: combining marks none, East Asian wide signs and emoji two.
 * Source of the ranges: Unicode Standard Annex 11, classes W and F, in coarse blocks.
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

const WIDE =
  /[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;

/** A text of at most so many characters; none of them is cut in half, as an emoji could be. */
export function clip(text: string, characters: number): string {
  if (text.length <= characters) return text;
  return `${text.slice(0, characters - 1).replace(/\p{Cs}$/u, '')}…`;
}

/** Breaks a text into lines of at most `width` columns, at blanks where there are any, but not before a unit. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(BREAK).flatMap((whole) => pieces(whole, width))) {
    if (current === '') current = word;
    else if (textWidth(current) + 1 + textWidth(word) <= width) current += ` ${word}`;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}

const BREAK = / (?!(?:%|ms|s|×)(?:[^\p{L}\p{N}]|$))/u;

/** A word that is longer than a whole line is cut. */
function pieces(word: string, width: number): readonly string[] {
  if (textWidth(word) <= width) return [word];
  const parts: string[] = [];
  let current = '';
  for (const character of word) {
    if (current !== '' && textWidth(current + character) > width) {
      parts.push(current);
      current = '';
    }
    current += character;
  }
  return [...parts, current];
}
