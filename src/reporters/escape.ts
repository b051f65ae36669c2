/**
 * Text from a provider, a trace, a scenario or a results file comes from strangers. Each function here
 * makes such text harmless for one kind of output; all start by making invisible characters visible.
 */

/**
 * Writes out every character that a reader cannot see and a program may obey: control characters (ANSI
 * sequences begin with one), direction overrides, zero-width characters, line separators, lone
 * surrogates. A line break becomes `\n`, Escape `\x1b`, a right-to-left override `\u202e`.
 */
export function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const short = SHORT_ESCAPES[character];
    if (short !== undefined) return short;
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xffff) return `\\u{${code.toString(16)}}`;
    return code > 0xff
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Controls (Cc), format characters (Cf: direction overrides, zero-width, tags), line and paragraph
 * separators (Zl, Zp), lone surrogates (Cs), and the noncharacters that XML 1.0 forbids.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{fffe}\u{ffff}]/gu;

/**
 * For logs that a CI service may read. It obeys lines that begin with `::` or `##[`, so those two are broken up,
 * wherever they stand: a long text may be wrapped anywhere. A terminal alone needs no more than `escapeInvisible`.
 */
export function escapeTerminal(text: string): string {
  return escapeInvisible(text)
    .replace(/:(?=:)/gu, '\\x3a')
    .replace(/#(?=#\[)/gu, '\\x23');
}

/** For text and for quoted attributes of HTML, and of XML 1.0, which knows the same five entities as numbers and names. */
export function escapeHtml(text: string): string {
  return escapeInvisible(text).replace(/[&<>"']/gu, (character) => HTML_ENTITIES[character] ?? character);
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * For running text and table cells of GitHub's and GitLab's Markdown: no HTML, no formatting, no link, no
 * list or heading, no mention of a user or an issue. An underscore within a word means nothing there and
 * stays.
 */
export function escapeMarkdown(text: string): string {
  return escapeInvisible(text)
    .replace(/[\\`*[\]|~$]/gu, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/&/gu, '&amp;')
    .replace(/</gu, '&lt;')
    .replace(/>/gu, '&gt;')
    .replace(/:(?=\/\/)/gu, '\\:')
    .replace(/\bwww\./giu, 'www\\.')
    .replace(/@|#(?=\d)/gu, '$&&#8203;')
    .replace(/^(\s*)([-+=#])/u, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/u, '$1\\$2');
}

/** A code span of Markdown, fenced with more backticks than the text holds; `|` would end a table cell. */
export function markdownCode(text: string): string {
  const visible = escapeInvisible(text).replace(/\|/gu, '\\|');
  const longest = Math.max(0, ...(visible.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || visible.trim() !== visible || visible === '' ? ' ' : '';
  return `${fence}${pad}${visible}${pad}${fence}`;
}

/**
 * The message of a GitHub workflow command (`::error …::MESSAGE`); line breaks stay and are encoded.
 * Source: docs.github.com, "Workflow commands for GitHub Actions"; actions/toolkit, command.ts.
 */
export function escapeAnnotation(text: string): string {
  return text
    .split('\n')
    .map(escapeInvisible)
    .join('\n')
    .replace(/%/gu, '%25')
    .replace(/\r/gu, '%0D')
    .replace(/\n/gu, '%0A');
}

/** A property of a GitHub workflow command (`file=`, `title=`): `:` and `,` would end it. */
export function escapeAnnotationProperty(text: string): string {
  return escapeAnnotation(escapeInvisible(text)).replace(/:/gu, '%3A').replace(/,/gu, '%2C');
}

/**
 * One field of a CSV file (RFC 4180). Text that a spreadsheet would run as a formula gets a leading
 * apostrophe. Source: OWASP, "CSV Injection". Numbers are written as they are, negative ones included.
 */
export function escapeCsv(field: string | number | boolean | null): string {
  if (field === null) return '';
  if (typeof field !== 'string') return String(field);
  const visible = escapeInvisible(field);
  const inert = /^\s*[=+\-@|%]/u.test(visible) ? `'${visible}` : visible;
  return /[",;']|^\s|\s$/u.test(inert) ? `"${inert.replace(/"/gu, '""')}"` : inert;
}

/** JSON, with every invisible character written as an escape, so that a terminal can show the document. */
export function escapeJson(json: string): string {
  return json.replace(INVISIBLE_IN_JSON, (character) =>
    Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** As above, but for the line breaks between the document's own lines. */
const INVISIBLE_IN_JSON = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{fffe}\u{ffff}]/gu;
