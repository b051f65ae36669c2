/** Terms and what they mean. */
export type Rows = readonly (readonly [term: string, meaning: string])[];

/** A part of a help page. What is empty is left out. */
export interface Section {
  readonly title?: string;
  /** Running text, a paragraph a line; one that is indented stays so, over all its lines. */
  readonly text?: string;
  /** Lines that are kept as they are. */
  readonly lines?: readonly string[];
  readonly rows?: Rows;
}

/** Lines wider than this are hard to read, however wide the terminal is. */
const WIDEST = 100;
/** A term that takes more of the width than this has a line of its own, or it would squeeze all meanings. */
const WIDEST_TERM = 0.35;
const INDENT = '  ';

/** Lays a help page out for a terminal of so many columns. */
export function formatPage(columns: number, sections: readonly Section[]): string {
  const width = Math.max(40, Math.min(columns, WIDEST));
  const parts = sections.map((section) => formatSection(section, width)).filter((part) => part !== '');
  return `${parts.join('\n\n')}\n`;
}

function formatSection({ title, text, lines = [], rows = [] }: Section, width: number): string {
  const body = [
    ...(text === undefined ? [] : text.split('\n').flatMap((line) => wrapIndented(line, width))),
    ...lines.map((line) => INDENT + line),
    ...formatRows(rows, width),
  ];
  if (body.length === 0) return '';
  return (title === undefined ? body : [`${title}:`, ...body]).join('\n');
}

function formatRows(rows: Rows, width: number): readonly string[] {
  const terms = rows.map(([term]) => term.length).filter((length) => length <= width * WIDEST_TERM);
  const column = Math.max(0, ...terms) + 2 * INDENT.length;
  const margin = ' '.repeat(column);
  return rows.flatMap(([term, meaning]) => {
    const lines = wrap(meaning, width - column).map((line) => margin + line);
    const [first = ''] = lines;
    const fits = INDENT.length + term.length + INDENT.length <= column;
    return fits
      ? [(INDENT + term).padEnd(column) + first.slice(column), ...lines.slice(1)]
      : [INDENT + term, ...lines];
  });
}

function wrapIndented(line: string, width: number): readonly string[] {
  const indent = line.slice(0, line.length - line.trimStart().length);
  return wrap(line.trim(), width - indent.length).map((part) => (part === '' ? '' : indent + part));
}

/** Breaks at spaces; a word longer than the line stays whole. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ (?=\S)/u)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
