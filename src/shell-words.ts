/**
 * A command line as one line that a POSIX shell takes apart again. Names of folders in braces, such as `{WORK}`,
 * need no quotes: shells expand braces around a list or a range alone.
 */
export function formatCommandLine(argv: readonly string[]): string {
  return argv.map((word) => (PLAIN.test(word) ? word : quoted(word))).join(' ');
}

/** A word that a POSIX shell, bash or zsh takes as it stands. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

const PLAIN = /^(?:[\w@%+=:,./-]|\{\w+\})+$/u;

/** What became of a command line: its words, or what only a shell could make of it, or why it is none. */
export type SplitLine =
  | { readonly kind: 'words'; readonly words: readonly [string, ...string[]] }
  | { readonly kind: 'needs-shell'; readonly what: string; readonly column: number }
  | { readonly kind: 'broken'; readonly what: string; readonly column: number };

/**
 * Takes a command line apart into words as a POSIX shell would, without running one: quotes and backslashes mean what
 * they mean there, and what a shell would expand or act on is not passed on as though it were text. Columns count from 1.
 * Source: POSIX, Shell Command Language, 2.2 and 2.6.
 */
export function splitCommandLine(line: string): SplitLine {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < line.length;) {
    const [piece = ''] = matchAt(PIECE, line, at) ?? [];
    const column = at + 1;
    if (piece === '') {
      const what = line[at] === '\\' ? 'a "\\" with nothing behind it' : `${line[at] ?? ''} without its end`;
      return { kind: 'broken', what, column };
    }
    const acted = piece.startsWith('"') ? expandedInQuotes(piece) : actedOn(piece, word, words.length);
    if (acted !== null) return { kind: 'needs-shell', what: acted.what, column: column + acted.index };
    if (/^[ \t]/u.test(piece)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + unquoted(piece);
    }
    at += piece.length;
  }
  if (word !== null) words.push(word);
  const [first, ...rest] = words;
  if (first === undefined) return { kind: 'broken', what: 'no word at all', column: 1 };
  return { kind: 'words', words: [first, ...rest] };
}

/** Blanks; a string in either kind of quotes; a character behind a backslash; text; any other character. */
const PIECE =
  /[ \t]+|'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^]|\{[^\s'"\\{}]*(?:,|\.\.)[^\s'"\\{}]*\}|[^\s'"\\{|&;<>()$`*?[~#!]+|[^'"\\]/uy;

function matchAt(sticky: RegExp, line: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(line);
}

/** What a shell would act on in a piece, and where in it. */
interface ActedOn {
  readonly what: string;
  readonly index: number;
}

/** Variables and substitutions are replaced inside double quotes, too. */
function expandedInQuotes(piece: string): ActedOn | null {
  const [, before, what] = /^((?:[^\\$`]|\\[^])*)([$`])/u.exec(piece) ?? [];
  return before === undefined || what === undefined ? null : { what, index: before.length };
}

/** Outside quotes; some characters matter only where a word begins. */
function actedOn(piece: string, word: string | null, wordsBefore: number): ActedOn | null {
  if (/^(?:[|&;<>()$`*?[\n\r]|\{.+\})/u.test(piece)) return { what: piece, index: 0 };
  if (word !== null) return null;
  if (piece === '~' || piece === '#') return { what: piece, index: 0 };
  const [assigned] = (wordsBefore === 0 ? /^[A-Za-z_]\w*=/u.exec(piece) : null) ?? [];
  return assigned === undefined ? null : { what: assigned, index: 0 };
}

function unquoted(piece: string): string {
  if (piece.startsWith("'")) return piece.slice(1, -1);
  // A backslash in double quotes keeps its own meaning before anything else; before a line feed both disappear.
  if (piece.startsWith('"'))
    return piece.slice(1, -1).replace(/\\([$`"\\\n])/gu, (_, next: string) => (next === '\n' ? '' : next));
  if (piece.startsWith('\\')) return piece === '\\\n' ? '' : piece.slice(1);
  return piece;
}
