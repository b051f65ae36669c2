import { escapeInvisible, escapeTerminal } from './escape.ts';

/** Text as it may be written to a terminal: harmless, and in signs that the terminal can show. */
export function terminalText(
  text: string,
  { unicode, ci = true }: { readonly unicode: boolean; readonly ci?: boolean },
): string {
  const escaped = ci ? escapeTerminal(text) : escapeInvisible(text);
  return unicode ? escaped : toAscii(escaped);
}

/** Replaces the few signs outside ASCII that our own texts use, for terminals that cannot show them. */
function toAscii(text: string): string {
  return text.replace(/[×–—…→·±÷]/gu, (sign) => ASCII[sign] ?? sign);
}

const ASCII: Readonly<Record<string, string>> = {
  '×': 'x',
  '–': '-',
  '—': '-',
  '…': '...',
  '→': '->',
  '·': '-',
  '±': '+/-',
  '÷': '/',
};
