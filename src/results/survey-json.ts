/** Where a JSON text goes beyond what can be read. */
export interface JsonSurvey {
  /** Offset of the first bracket that is nested too deeply, and of the first one too many; null: there is none. */
  readonly tooDeepAt: number | null;
  readonly tooManyAt: number | null;
}

/** Counts brackets, in strings not. It need not be JSON: limits are looked at first. */
export function surveyJson(
  text: string,
  { deepest, most }: { readonly deepest: number; readonly most: number },
): JsonSurvey {
  let depth = 0;
  let brackets = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1;
        brackets += 1;
        if (depth > deepest) return { tooDeepAt: at, tooManyAt: null };
        if (brackets > most) return { tooDeepAt: null, tooManyAt: at };
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth -= 1;
        break;
    }
  }
  return { tooDeepAt: null, tooManyAt: null };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;

/** Offset of the quote that ends the string that begins at an offset; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  let at = start;
  do at = text.indexOf('"', at + 1);
  while (at !== -1 && isEscaped(text, at));
  return at === -1 ? text.length : at;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}
