import { html, trustedMarkup, type Html } from './markup.ts';

/**
 * Hides rows in which not every word that is typed occurs. A style sheet alone cannot search text; where scripts may not
 * run, the box does not appear, and the page is as it was. No text of a trace is ever written by it.
 */
const SCRIPT = `
const box = document.querySelector('.search');
const found = box.querySelector('output');
const rows = [...document.querySelectorAll('.tl')].map((row) => ({
  row,
  text: [...row.querySelectorAll('.sought')].map((part) => part.textContent).join(' ').toLowerCase(),
}));
box.hidden = false;
document.querySelector('.timeline').addEventListener('input', () => {
  const words = box.querySelector('input').value.toLowerCase().split(/\\s+/);
  for (const { row, text } of rows) row.hidden = !words.every((word) => text.includes(word));
  const shown = rows.filter(({ row }) => row.getClientRects().length > 0).length;
  found.value = shown === rows.length ? '' : shown + ' of ' + rows.length;
});
`;

/** What a content security policy has to allow for it, its digest: this script and no other. */
export const SEARCH_SOURCE = "'sha256-cNKwVnoPlEPZAo52liwMeWEWo+rztmztKTPq1nGdSsk='";

/** The box to search a timeline with. */
export const SEARCH_BOX: Html = html`<p class="search" hidden>
  <label>Search <input type="search" autocomplete="off" placeholder="name or arguments" /></label>
  <output></output>
</p>`;

/** What makes the box work; stands behind the rows. */
export const SEARCH_SCRIPT: Html = trustedMarkup(`<script>${SCRIPT}</script>`);
