import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  escapeAnnotation,
  escapeAnnotationProperty,
  escapeCsv,
  escapeHtml,
  escapeInvisible,
  escapeJson,
  escapeMarkdown,
  escapeTerminal,
  markdownCode,
} from '../../src/reporters/escape.ts';
import { anyCharacter } from '../builders/any-character.ts';

/** Any text, with the characters that matter turning up often; lone surrogates included. */
const strangerText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      ...['\u001b', '[31m', '\u202e', '\u200b', '\u0000', '\u0085', '\n', '\r', '\ud800', '\ufffe'],
      ...['<', '>', '&', '"', "'", '|', '`', '::', '##[', ',', '=', '+', '@', '%', 'error', ' '],
    ),
    fc.string({ unit: anyCharacter, minLength: 1, maxLength: 3 }),
  ),
});

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('characters that nobody can see', () => {
  it.each([
    ['an ANSI colour', '\u001b[31mred', '\\x1b[31mred'],
    ['a line break', 'a\nb', 'a\\nb'],
    ['a direction override', 'a\u202eb', 'a\\u202eb'],
    ['an 8-bit control sequence', '\u009b31m', '\\x9b31m'],
    ['a character outside the basic plane', '\u{e0041}', '\\u{e0041}'],
    ['half of a surrogate pair', 'a\ud83d', 'a\\ud83d'],
  ])('%s is written out', (_, text, escaped) => {
    expect(escapeInvisible(text)).toBe(escaped);
  });

  it('leaves accents, other scripts and emoji alone', () => {
    expect(escapeInvisible('naïve 图形 🚀')).toBe('naïve 图形 🚀');
  });

  it.each([
    ['terminal', escapeTerminal],
    ['HTML or XML', escapeHtml],
    ['Markdown', escapeMarkdown],
    ['Markdown code', markdownCode],
    ['CSV', escapeCsv],
    ['annotation property', escapeAnnotationProperty],
  ])('never reach a %s', (_, escape) => {
    fc.assert(
      fc.property(strangerText, (text) => {
        expect(escape(text)).not.toMatch(INVISIBLE);
      }),
    );
  });
});

describe('for a terminal', () => {
  it('no text can become a command to the CI service that keeps the log', () => {
    fc.assert(
      fc.property(strangerText, (text) => {
        expect(escapeTerminal(text)).not.toMatch(/::|##\[/u);
      }),
    );
  });
});

describe('for HTML and XML', () => {
  it('no text can open a tag, end an attribute or start an entity', () => {
    fc.assert(
      fc.property(strangerText, (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/u);
      }),
    );
  });
});

describe('for Markdown', () => {
  it('no text can open a tag, end a table cell or start a code span', () => {
    fc.assert(
      fc.property(strangerText, (text) => {
        expect(escapeMarkdown(text)).not.toMatch(/[<>]|(?<!\\)(?:\\\\)*[|`*[\]]/u);
      }),
    );
  });

  it.each([
    ['a heading', '# big', '\\# big'],
    ['a list', '- item', '\\- item'],
    ['a numbered list', '1. item', '1\\. item'],
    ['a link', '[x](http://y)', '\\[x\\](http\\://y)'],
    ['emphasis', '_x_ in a_b', '\\_x\\_ in a_b'],
    ['a mention', '@someone', '@&#8203;someone'],
  ])('%s stays text', (_, text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('a code span is fenced with more backticks than it holds', () => {
    expect(markdownCode('a``b')).toBe('``` a``b ```');
    expect(markdownCode('a|b')).toBe('`a\\|b`');
  });
});

describe('for GitHub annotations', () => {
  it('a message keeps its line breaks, encoded', () => {
    expect(escapeAnnotation('100%\nnext')).toBe('100%25%0Anext');
  });

  it('a property cannot end itself or the command', () => {
    fc.assert(
      fc.property(strangerText, (text) => {
        expect(escapeAnnotationProperty(text)).not.toMatch(/[:,\r\n]|%(?!25|3A|2C|0A|0D)/u);
      }),
    );
  });
});

describe('for CSV', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '|calc', ' =1'])('%j is no formula', (text) => {
    expect(escapeCsv(text)).toMatch(/^"?'/u);
  });

  it('numbers stay numbers, negative ones too', () => {
    expect(escapeCsv(-1.5)).toBe('-1.5');
  });

  it('quotes are doubled within quotes', () => {
    expect(escapeCsv('say "hi", twice')).toBe('"say ""hi"", twice"');
  });
});

describe('for JSON', () => {
  it('means the same after as before', () => {
    fc.assert(
      fc.property(strangerText, (text) => {
        const escaped = escapeJson(JSON.stringify(text));
        expect(escaped).not.toMatch(INVISIBLE);
        expect(JSON.parse(escaped)).toBe(text);
      }),
    );
  });
});
