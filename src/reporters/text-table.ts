import { histogramLine } from './histogram-line.ts';
import { terminalText } from './terminal-text.ts';
import { textWidth } from './text-width.ts';
import type { CellLine, Column, TableBlock, Tone } from './blocks.ts';
import type { RenderOptions } from './document.ts';
import type { Paint } from './paint.ts';

/** Columns that a plot takes. */
const PLOT_WIDTH = 26;

/** Blanks between two columns: as many as there is room for. */
const GUTTERS = [2, 1] as const;

/** Where and how a table is to be drawn. */
type Style = Omit<RenderOptions, 'color'> & { readonly paint: Paint };

/**
 * Draws a table within `width` columns. Where it does not fit, columns move together, then those that can be
 * spared go; where that is not enough, every row becomes a small list of its own.
 */
export async function drawTextTable(table: TableBlock, style: Style): Promise<string> {
  const columns = drawColumns(table, style);
  const fitting = fit(columns, style.width);
  return fitting === null ? drawRecords(columns, style) : drawGrid(fitting.columns, fitting.gutter, style);
}

/** A column with its cells as lines of finished text. */
interface DrawnColumn extends Column {
  readonly cells: readonly (readonly DrawnLine[])[];
  readonly width: number;
}

interface DrawnLine {
  readonly text: string;
  readonly tone: Tone;
}

function drawColumns(table: TableBlock, style: Style): readonly DrawnColumn[] {
  const drawLine = (line: CellLine): DrawnLine =>
    line.kind === 'text'
      ? { text: terminalText(line.text, style), tone: line.tone }
      : { text: histogramLine(line.values, line, PLOT_WIDTH, style.unicode), tone: 'plain' };
  return table.columns.flatMap((column, index) => {
    if (style.width < (column.fromWidth ?? 0)) return [];
    const header = terminalText(column.header, style);
    const cells = table.rows.map((row) => (row[index]?.lines ?? []).map(drawLine));
    const width = cells
      .flat()
      .reduce((widest, { text }) => Math.max(widest, textWidth(text)), textWidth(header));
    return [{ ...column, header, cells, width }];
  });
}

/** Drops columns, 1 first, until the table fits; null when even the columns that must stay do not. */
function fit(
  columns: readonly DrawnColumn[],
  available: number,
): { readonly columns: readonly DrawnColumn[]; readonly gutter: number } | null {
  const taken = columns.reduce((sum, { width }) => sum + width, 0);
  const gutter = GUTTERS.find((blanks) => taken + blanks * (columns.length - 1) <= available);
  if (gutter !== undefined) return { columns, gutter };
  const [spared] = columns.filter(({ dropAt }) => dropAt > 0).toSorted((a, b) => a.dropAt - b.dropAt);
  return spared === undefined
    ? null
    : fit(
        columns.filter((column) => column !== spared),
        available,
      );
}

async function drawGrid(
  columns: readonly DrawnColumn[],
  gutter: number,
  { paint, unicode }: Style,
): Promise<string> {
  const { default: CliTable } = await import('cli-table3');
  const grid = new CliTable({
    chars: Object.fromEntries(BORDERS.map((border) => [border, ''])),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map(({ align }) => align),
  });
  const gap = ' '.repeat(gutter);
  const draw = ({ text, tone }: DrawnLine): string => paint(text, tone);
  const rows = rowsOf(columns).map((row) => row.map((lines) => lines.map(draw).join('\n')));
  grid.push(
    ...[
      columns.map(({ header }) => paint(header, 'muted')),
      columns.map(({ width }) => paint((unicode ? '─' : '-').repeat(width), 'muted')),
      ...rows,
    ].map((row) =>
      // Blanks between columns belong to the cells, so that right-aligned columns keep their distance too.
      row.map((text, index) => (index === columns.length - 1 ? text : text.replace(/$/gmu, gap))),
    ),
  );
  return grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function rowsOf(columns: readonly DrawnColumn[]): readonly (readonly (readonly DrawnLine[])[])[] {
  const [first] = columns;
  return first?.cells.map((_, index) => columns.map(({ cells }) => cells[index] ?? [])) ?? [];
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
function drawRecords(columns: readonly DrawnColumn[], style: Style): string {
  const { paint } = style;
  const headers = columns.slice(1).map(({ header }) => header);
  const nameWidth = Math.max(0, ...headers.map(textWidth));
  return rowsOf(columns)
    .map(([title = [], ...cells]) => {
      const stacked = cells.filter((lines) => lines.length > 1).map(alignLines);
      const most = stacked.reduce((longest, lines) => (lines.length > longest.length ? lines : longest), []);
      return [
        title.map(({ text }) => paint(text, 'strong')).join(' '),
        ...cells.flatMap((lines, index) => {
          const [only] = lines;
          if (only === undefined || lines.length > 1) return [];
          const name = (headers[index] ?? '').padEnd(nameWidth);
          return [`  ${paint(name, 'muted')}  ${paint(only.text, only.tone)}`.trimEnd()];
        }),
        ...most.flatMap((_, index) => {
          const across = stacked.flatMap((lines) => lines[index] ?? []);
          return drawAcross(across, style);
        }),
      ].join('\n');
    })
    .join('\n\n');
}

/** Lines of one cell, filled up to one width, so that the metrics stand below each other. */
function alignLines(lines: readonly DrawnLine[]): readonly DrawnLine[] {
  const width = Math.max(...lines.map(({ text }) => textWidth(text)));
  return lines.map(({ text, tone }) => ({ text: text + ' '.repeat(width - textWidth(text)), tone }));
}

function drawAcross(parts: readonly DrawnLine[], { paint, width }: Style): readonly string[] {
  const lines: string[] = [];
  let used = Infinity;
  for (const part of parts) {
    if (part.text.trim() === '') continue;
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
