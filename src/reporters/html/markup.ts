import { escapeHtml } from '../escape.ts';

/** A finished piece of HTML. Only the `html` tag makes one, so nothing gets onto a page unescaped. */
export interface Html {
  readonly markup: string;
}

/** What a template may hold: text and numbers are escaped, HTML and lists of it are put in as they are. */
export type HtmlValue = string | number | Html | readonly Html[];

/** A tagged template for HTML and SVG that escapes whatever is not HTML already. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const parts = strings.map((part, index) => part + markupOf(values[index] ?? ''));
  return { markup: parts.join('') };
}

/** Text of our own that HTML would not let us escape: a style sheet. */
export function trustedMarkup(markup: string): Html {
  return { markup };
}

/** Nothing. */
export const NOTHING: Html = { markup: '' };

function markupOf(value: HtmlValue): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeHtml(value);
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('\n');
}
