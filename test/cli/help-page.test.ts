import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPage } from '../../src/cli/help-page.ts';

describe('a help page', () => {
  it('sets terms beside their meanings, and gives a long term a line of its own', () => {
    const page = formatPage(60, [
      {
        title: 'Options',
        rows: [
          ['-q, --quiet', 'No progress, no notes; errors and answers alone'],
          ['--provider-in-container FOLDER', 'What it is called'],
        ],
      },
    ]);
    expect(page).toBe(`Options:
  -q, --quiet  No progress, no notes; errors and answers
               alone
  --provider-in-container FOLDER
               What it is called
`);
  });

  it('leaves out what is empty', () => {
    expect(formatPage(80, [{ title: 'Examples', lines: [] }, { text: 'Done.' }])).toBe('Done.\n');
  });

  it('never wraps wider than the terminal, and loses no word', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
        fc.integer({ min: 40, max: 120 }),
        (words, columns) => {
          const page = formatPage(columns, [{ rows: [['--term', words.join(' ')]] }]);
          for (const line of page.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
          expect(page.split(/\s+/).filter((word) => word !== '')).toEqual(['--term', ...words]);
        },
      ),
    );
  });
});
