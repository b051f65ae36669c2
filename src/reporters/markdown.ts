import { escapeMarkdown, markdownCode } from './escape.ts';
import type { Block, CellLine, TableBlock, Tone } from './blocks.ts';

/**
 * GitHub refuses a step summary above 1 MiB. Source: docs.github.com, "Workflow commands", step isolation
 * and limits. Counted in UTF-8 bytes, with room for what else a step writes.
 */
const MARKDOWN_LIMIT_BYTES = 1000 * 1024;

/** Draws blocks as GitHub-flavoured Markdown, cut at a whole block below 1 MiB. */
export function drawMarkdown(blocks: readonly Block[]): string {
  const parts: string[] = [];
  let sizeBytes = 0;
  for (const [index, block] of blocks.entries()) {
    const part = `${drawBlock(block)}\n`;
    // Each block may also cost an empty line before it.
    sizeBytes += new TextEncoder().encode(part).length + 1;
    if (sizeBytes > MARKDOWN_LIMIT_BYTES) {
      parts.push(
        `*${blocks.length - index} more parts of this report are left out: GitHub takes no more than 1 MiB.*\n`,
      );
      break;
    }
    parts.push(part);
  }
  return parts.join('\n');
}

function drawBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level + 1)} ${escapeMarkdown(block.text)}`;
    case 'text':
      return toned(block.text, block.tone);
    case 'list':
      return [
        `**${escapeMarkdown(block.title)}:**`,
        '',
        ...block.items.map((item) => `- ${escapeMarkdown(item)}`),
      ].join('\n');
    case 'commands':
      return block.commands
        .map(({ does, command }) => `${escapeMarkdown(does)}: ${markdownCode(command)}`)
        .join('<br>\n');
    case 'details':
      return [
        `<details><summary>${escapeMarkdown(block.summary)}</summary>`,
        ...block.blocks.map(drawBlock),
        '</details>',
      ].join('\n\n');
    case 'table':
      return drawTable(block);
  }
}

function drawTable({ caption, columns, rows }: TableBlock): string {
  const shown = columns.map(({ fromWidth }) => fromWidth === undefined);
  const row = (cells: readonly string[]): string =>
    `| ${cells.filter((_, index) => shown[index]).join(' | ')} |`;
  return [
    ...(caption === null ? [] : [escapeMarkdown(caption), '']),
    row(columns.map(({ header }) => escapeMarkdown(header))),
    row(columns.map(({ align }) => (align === 'right' ? '--:' : ':--'))),
    ...rows.map((cells) => row(cells.map(({ lines }) => lines.map(drawLine).join('<br>')))),
  ].join('\n');
}

function drawLine(line: CellLine): string {
  return line.kind === 'text' ? toned(line.text, line.tone) : '';
}

function toned(text: string, tone: Tone): string {
  const escaped = escapeMarkdown(text);
  return (tone === 'strong' || tone === 'bad') && escaped.trim() !== '' ? `**${escaped.trim()}**` : escaped;
}
