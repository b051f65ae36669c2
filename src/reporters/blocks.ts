/**
 * What a report says, before anyone decides what it looks like. `compose/` turns a document into blocks;
 * `terminal.ts`, `markdown.ts` and `html/` draw them. Text in blocks is as it came: whoever draws it
 * escapes it.
 */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly tone: Tone }
  | { readonly kind: 'list'; readonly title: string; readonly tone: Tone; readonly items: readonly string[] }
  /** Commands to copy, each after the words that say what it does. */
  | { readonly kind: 'commands'; readonly commands: readonly CommandLine[] }
  /** What few readers need. Where it cannot be unfolded, its line stands for it, or nothing does. */
  | {
      readonly kind: 'details';
      readonly summary: string;
      readonly folded: 'line' | 'nothing';
      readonly tone: Tone;
      readonly blocks: readonly Block[];
    }
  | TableBlock;

/** How a piece of text is meant; colour only ever repeats what the words say. */
export type Tone = 'plain' | 'strong' | 'muted' | 'good' | 'bad' | 'warning';

/** A command to copy. */
export interface CommandLine {
  readonly does: string;
  readonly command: string;
}

/** A table. Every row has one cell a column. */
export interface TableBlock {
  readonly kind: 'table';
  /** What is in it; null where the text above says so. */
  readonly caption: string | null;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly TableCell[])[];
}

/** A column of a table. */
export interface Column {
  readonly header: string;
  readonly align: 'left' | 'right';
  /** Where there is no room, columns go in this order, 1 first; 0 stays. */
  readonly dropAt: number;
  /** Shown only where the terminal has at least so many columns, and in a terminal alone: a plot. */
  readonly fromWidth?: number;
}

/** A cell: one line, or one for each metric. */
export interface TableCell {
  readonly lines: readonly CellLine[];
}

/** One line of a cell. */
export type CellLine =
  | { readonly kind: 'text'; readonly text: string; readonly tone: Tone }
  | {
      readonly kind: 'plot';
      readonly values: readonly number[];
      readonly low: number;
      readonly high: number;
    };

/** A cell with one line of text. */
export function cell(text: string | number, tone: Tone = 'plain'): TableCell {
  return { lines: [{ kind: 'text', text: String(text), tone }] };
}

/** A cell of several lines. */
export function cellOf(lines: readonly CellLine[]): TableCell {
  return { lines };
}

/** One line of text for a cell. */
export function line(text: string, tone: Tone = 'plain'): CellLine {
  return { kind: 'text', text, tone };
}

/** A left-aligned column, for words. */
export function words(header: string, dropAt = 0): Column {
  return { header, align: 'left', dropAt };
}

/** A right-aligned column, for figures. */
export function figures(header: string, dropAt = 0): Column {
  return { header, align: 'right', dropAt };
}

/** A paragraph. */
export function text(content: string, tone: Tone = 'plain'): Block {
  return { kind: 'text', text: content, tone };
}

/** A line for each of the first items; the JSON report has them all. */
export function firstLines<Item>(
  items: readonly Item[],
  most: number,
  lineOf: (item: Item) => string,
): readonly string[] {
  const unnamed = items.length - most;
  return [
    ...items.slice(0, most).map(lineOf),
    ...(unnamed > 0 ? [`and ${unnamed} more; --json names all`] : []),
  ];
}

/** A heading. */
export function heading(level: 1 | 2 | 3, content: string): Block {
  return { kind: 'heading', level, text: content };
}

/** A list; nothing at all when it would be empty. */
export function list(title: string, items: readonly string[], tone: Tone = 'plain'): readonly Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', title, tone, items }];
}

/** Commands that do the same; nothing at all when there are none. */
export function commands(does: string, all: readonly string[]): readonly Block[] {
  return all.length === 0 ? [] : [{ kind: 'commands', commands: all.map((command) => ({ does, command })) }];
}

/** Something folded up; nothing at all when there is nothing in it. */
export function details(
  summary: string,
  blocks: readonly Block[],
  tone: Tone,
  folded: 'line' | 'nothing' = 'line',
): readonly Block[] {
  return blocks.length === 0 ? [] : [{ kind: 'details', summary, folded, tone, blocks }];
}
