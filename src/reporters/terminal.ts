import { createPaint, type Paint } from './paint.ts';
import { terminalText } from './terminal-text.ts';
import { drawTextTable } from './text-table.ts';
import { textWidth, wrapText } from './text-width.ts';
import type { Block } from './blocks.ts';
import type { RenderOptions } from './document.ts';

/** Running text is easier to read in lines no longer than this, however wide the terminal is. */
const READABLE_WIDTH = 100;

/** Draws blocks for a terminal, or for any place that shows plain text. */
export async function drawTerminal(blocks: readonly Block[], options: RenderOptions): Promise<string> {
  return drawBlocks(blocks, await createPaint(options.color), options);
}

async function drawBlocks(blocks: readonly Block[], paint: Paint, options: RenderOptions): Promise<string> {
  const parts: string[] = [];
  const seen = blocks.filter(
    (block) => block.kind !== 'details' || block.folded === 'line' || (options.verbose ?? false),
  );
  for (const [index, block] of seen.entries()) {
    const joined = index > 0 && belongTogether(seen[index - 1], block);
    parts.push(`${index === 0 || joined ? '' : '\n'}${await drawBlock(block, paint, options)}\n`);
  }
  return parts.join('');
}

/** Paragraphs in a row, commands, and what follows a heading are not set apart by an empty line. */
function belongTogether(previous: Block | undefined, block: Block): boolean {
  if (previous?.kind === 'heading') return block.kind !== 'heading';
  return block.kind === 'commands' || (previous?.kind === 'text' && block.kind === 'text');
}

async function drawBlock(block: Block, paint: Paint, options: RenderOptions): Promise<string> {
  const finish = (text: string): string => terminalText(text, options);
  const wrap = (text: string, indent: number): readonly string[] =>
    wrapText(finish(text), Math.max(20, Math.min(options.width, READABLE_WIDTH) - indent));
  switch (block.kind) {
    case 'heading':
      return drawHeading(finish(block.text), block.level, paint, options);
    case 'text':
      return wrap(block.text, 0)
        .map((line) => paint(line, block.tone))
        .join('\n');
    case 'list':
      return [
        ...wrap(`${block.title}:`, 0).map((line) => paint(line, block.tone)),
        ...block.items.flatMap((item) =>
          wrap(item, 4).map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`),
        ),
      ].join('\n');
    case 'commands':
      // A command to copy is not wrapped: the terminal does that without putting line breaks into it.
      return block.commands
        .map(
          ({ does, command }) =>
            `${paint(finish(`${does}:`), 'muted')} ${terminalText(command, { ...options, unicode: true })}`,
        )
        .join('\n');
    case 'details': {
      const summary = wrap(options.verbose ? block.summary : `${block.summary}; shown with -v`, 0);
      const unfolded = options.verbose ? [(await drawBlocks(block.blocks, paint, options)).trimEnd()] : [];
      return [...summary.map((line) => paint(line, block.tone)), ...unfolded].join('\n');
    }
    case 'table': {
      const table = await drawTextTable(block, { paint, ...options });
      return block.caption === null ? table : `${wrap(block.caption, 0).join('\n')}\n${table}`;
    }
  }
}

function drawHeading(text: string, level: 1 | 2 | 3, paint: Paint, { unicode }: RenderOptions): string {
  if (level > 1) return paint(text, 'strong');
  return `${paint(text, 'strong')}\n${paint((unicode ? '━' : '=').repeat(Math.min(textWidth(text), 60)), 'muted')}`;
}
