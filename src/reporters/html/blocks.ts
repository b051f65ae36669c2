import { html, NOTHING, type Html } from './markup.ts';
import type { Block, CellLine, TableBlock } from '../blocks.ts';

/** Draws blocks as HTML. Headings start at h2: the page has its own h1. */
export function drawHtmlBlocks(blocks: readonly Block[]): Html {
  return html`${blocks.map(drawBlock)}`;
}

function drawBlock(block: Block): Html {
  switch (block.kind) {
    case 'heading':
      return drawHeading(block.level, block.text);
    case 'text':
      return html`<p class="tone-${block.tone}">${block.text}</p>`;
    case 'list':
      return drawList(block.title, block.items, block.tone);
    case 'commands':
      return html`<dl class="commands">
        ${block.commands.map(
          ({ does, command }) =>
            html`<dt>${does}</dt>
              <dd><code>${command}</code></dd>`,
        )}
      </dl>`;
    case 'details':
      // Opened by mouse or keyboard, without a script.
      return html`<details class="fold tone-${block.tone}">
        <summary>${block.summary}</summary>
        ${drawHtmlBlocks(block.blocks)}
      </details>`;
    case 'table':
      return drawHtmlTable(block);
  }
}

function drawHeading(level: 1 | 2 | 3, content: string): Html {
  switch (level) {
    case 1:
      return html`<h2>${content}</h2>`;
    case 2:
      return html`<h3>${content}</h3>`;
    case 3:
      return html`<h4>${content}</h4>`;
  }
}

/** A list under a title of its own. */
export function drawList(title: string, items: readonly string[], tone: string): Html {
  return html`<div class="note tone-${tone}">
    <p class="note-title">${title}</p>
    <ul>
      ${items.map((item) => html`<li>${item}</li>`)}
    </ul>
  </div>`;
}

/** A table in a region of its own, which can be scrolled sideways by keyboard without moving the page. */
function drawHtmlTable({ caption, columns, rows }: TableBlock): Html {
  const shown = columns.map(({ fromWidth }) => fromWidth === undefined);
  const heads = columns.map(({ header, align }, index) =>
    shown[index] ? html`<th scope="col" class="${align}">${header}</th>` : NOTHING,
  );
  const body = rows.map((row) => {
    const cells = row.map(({ lines }, index) => {
      if (!shown[index]) return NOTHING;
      const content = html`${lines.map(drawLine)}`;
      const align = columns[index]?.align ?? 'left';
      return index === 0 ? html`<th scope="row">${content}</th>` : html`<td class="${align}">${content}</td>`;
    });
    return html`<tr>
      ${cells}
    </tr>`;
  });
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption ?? 'Table'}">
    <table>
      ${
        caption === null
          ? NOTHING
          : html`<caption>
              ${caption}
            </caption>`
      }
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`;
}

function drawLine(line: CellLine): Html {
  return line.kind === 'text' ? html`<span class="tone-${line.tone}">${line.text}</span>` : NOTHING;
}
