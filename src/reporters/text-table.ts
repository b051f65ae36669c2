import { histogramLine } from './histogram-line.ts';
import { terminalText } from './terminal-text.ts';
import { textWidth } from './text-width.ts';
import type { CellLine, Column, TableBlock, Tone } from './blocks.ts';
import type { Paint } from './paint.ts';

/** Where and how a table is to be drawn. */
export interface TextTableStyle {
  readonly paint: Paint;
  readonly width: number;
  readonly unicode: boolean;
  readonly ci?: boolean;
}

/** Columns that a plot takes. */
const PLOT_WIDTH = 26;

/** Blanks between two columns: as many as there is room for. */
const GUTTERS = [2, 1] as const;

/**
 * Draws a table within `width` columns. Where it does not fit, columns move together, then those that can be
 * spared go; where that is not enough, every row becomes a small list of its own.
 */
export async function drawTextTable(table: TableBlock, style: TextTableStyle): Promise<string> {
  const drawn = drawCells(table, style);
  const fitting = fit(drawn, style.width);
  return fitting === null ? drawRecords(drawn, style) : drawGrid(fitting.table, fitting.gutter, style);
}

/** A table with its cells as lines of finished text. */
interface DrawnTable {
  readonly columns: readonly Column[];
  readonly headers: readonly string[];
  readonly rows: readonly (readonly (readonly DrawnLine[])[])[];
}

interface DrawnLine {
  readonly text: string;
  readonly tone: Tone;
}

function drawCells(table: TableBlock, style: TextTableStyle): DrawnTable {
  const { width, unicode } = style;
  const shown = table.columns.map(({ fromWidth = 0 }) => width >= fromWidth);
  const finish = (text: string): string => terminalText(text, style);
  const drawLine = (line: CellLine): DrawnLine =>
    line.kind === 'text'
      ? { text: finish(line.text), tone: line.tone }
      : { text: histogramLine(line.values, line, PLOT_WIDTH, unicode), tone: 'plain' };
  const columns = table.columns.filter((_, index) => shown[index]);
  return {
    columns,
    headers: columns.map(({ header }) => finish(header)),
    rows: table.rows.map((row) =>
      row.filter((_, index) => shown[index]).map(({ lines }) => lines.map(drawLine)),
    ),
  };
}

/** Drops columns, 1 first, until the table fits; null when even the columns that must stay do not. */
function fit(
  table: DrawnTable,
  width: number,
): { readonly table: DrawnTable; readonly gutter: number } | null {
  const taken = columnWidths(table).reduce((sum, columnWidth) => sum + columnWidth, 0);
  const gutter = GUTTERS.find((blanks) => taken + blanks * (table.columns.length - 1) <= width);
  if (gutter !== undefined) return { table, gutter };
  const order = table.columns.map(({ dropAt }) => dropAt).filter((dropAt) => dropAt > 0);
  if (order.length === 0) return null;
  const dropped = table.columns.findIndex(({ dropAt }) => dropAt === Math.min(...order));
  const kept = <Item>(items: readonly Item[]): readonly Item[] =>
    items.filter((_, index) => index !== dropped);
  return fit(
    { columns: kept(table.columns), headers: kept(table.headers), rows: table.rows.map(kept) },
    width,
  );
}

function columnWidths({ headers, rows }: DrawnTable): readonly number[] {
  return headers.map((header, index) =>
    Math.max(
      textWidth(header),
      ...rows.flatMap((row) => (row[index] ?? []).map(({ text }) => textWidth(text))),
    ),
  );
}

async function drawGrid(
  table: DrawnTable,
  gutter: number,
  { paint, unicode }: TextTableStyle,
): Promise<string> {
  const { default: CliTable } = await import('cli-table3');
  const grid = new CliTable({
    chars: Object.fromEntries(BORDERS.map((border) => [border, ''])),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: table.columns.map(({ align }) => align),
  });
  const gap = ' '.repeat(gutter);
  const last = table.columns.length - 1;
  // Blanks between columns belong to the cells, so that right-aligned columns keep their distance too.
  const spaced = (text: string, index: number): string => (index === last ? text : text.replace(/$/gmu, gap));
  grid.push(
    table.headers.map((header, index) => spaced(paint(header, 'muted'), index)),
    columnWidths(table).map((width, index) =>
      spaced(paint((unicode ? '─' : '-').repeat(width), 'muted'), index),
    ),
    ...table.rows.map((row) =>
      row.map((lines, index) => spaced(lines.map(({ text, tone }) => paint(text, tone)).join('\n'), index)),
    ),
  );
  return grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** cli-table3 draws a border wherever it is not told to leave it out. */
const BORDERS = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
];

/** Blanks before the values of a record, and between those of one metric. */
const INDENT = 2;

/**
 * For terminals too narrow for the grid: the first cell as a title, below it a name on each value. Cells
 * with a line for each metric are read across, one metric a line.
 */
function drawRecords({ headers, rows }: DrawnTable, { paint, width }: TextTableStyle): string {
  const nameWidth = Math.max(0, ...headers.slice(1).map(textWidth));
  return rows
    .map((row) => {
      const [title = [], ...cells] = row;
      const stacked = cells.filter((lines) => lines.length > 1).map(alignLines);
      return [
        title.map(({ text }) => paint(text, 'strong')).join(' '),
        ...cells.flatMap((lines, index) => {
          const [only] = lines;
          if (only === undefined || lines.length > 1) return [];
          const name = (headers[index + 1] ?? '').padEnd(nameWidth);
          return [`  ${paint(name, 'muted')}  ${paint(only.text, only.tone)}`.trimEnd()];
        }),
        ...Array.from(
          { length: Math.max(0, ...stacked.map(({ length }) => length)) },
          (_, index) => index,
        ).flatMap((index) =>
          drawAcross(
            stacked.map((lines) => lines[index]),
            paint,
            width,
          ),
        ),
      ].join('\n');
    })
    .join('\n\n');
}

/** Lines of one cell, filled up to one width, so that the metrics stand below each other. */
function alignLines(lines: readonly DrawnLine[]): readonly DrawnLine[] {
  const width = Math.max(...lines.map(({ text }) => textWidth(text)));
  return lines.map(({ text, tone }) => ({ text: text + ' '.repeat(width - textWidth(text)), tone }));
}

function drawAcross(
  parts: readonly (DrawnLine | undefined)[],
  paint: Paint,
  width: number,
): readonly string[] {
  const lines: string[] = [];
  let used = Infinity;
  for (const part of parts) {
    if (part === undefined || part.text.trim() === '') continue;
    const size = textWidth(part.text.trimEnd()) + INDENT;
    const painted = ' '.repeat(INDENT) + paint(part.text, part.tone);
    if (used + size > width) {
      // What does not fit goes below, set in, so that it is seen to belong to the line above.
      const indent = lines.length === 0 ? 0 : 2 * INDENT;
      lines.push(' '.repeat(indent) + painted);
      used = indent + textWidth(part.text) + INDENT;
    } else {
      lines.push((lines.pop() ?? '') + painted);
      used += textWidth(part.text) + INDENT;
    }
  }
  return lines.map((line) => line.trimEnd());
}
