import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportDocument } from '../../src/reporters/document.ts';
import { renderReport } from '../../src/reporters/reporters.ts';
import { installed } from '../builders/needs.ts';
import {
  aComparisonDocument,
  aGateDocument,
  aHistoryDocument,
  aResultsDocument,
  hostileDocuments,
} from '../builders/some-documents.ts';
import { aTraceDocument } from '../builders/some-traces.ts';
import { quickResults, troubledResults } from '../builders/some-results.ts';

/** Without a browser there is nothing to test here; in CI that is an error (see needs.ts). */
const executablePath = installed('chromium');

/** Debian's Chromium without anything that would go online, or that a container cannot give it. */
const QUIET = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const PAGES: Readonly<Record<string, ReportDocument>> = {
  'a timed run': aResultsDocument(),
  'a quick run': aResultsDocument(quickResults()),
  'a troubled run': aResultsDocument(troubledResults()),
  'a hostile run': hostileDocuments().results,
  'a comparison': aComparisonDocument(),
  'a verdict': aGateDocument(),
  'a history': aHistoryDocument(),
  'a trace': aTraceDocument(),
  'a hostile trace': hostileDocuments().trace,
};

describe.skipIf(executablePath === null)('the page in Chromium (needs /usr/bin/chromium)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'launchbench-pages-'));
  let browser: Browser;
  /** One for all tests: a page of its own has a process of its own, which takes longer than what a test looks at. */
  let page: Page;
  /** What the browser complained about and asked for since the last page was opened. */
  let complaints: string[];
  let requests: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: QUIET });
    page = await browser.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => requests.push(request.url()));
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a text as a file, each under a name of its own. */
  async function open(text: string, suffix: 'html' | 'svg', width: number): Promise<void> {
    opened += 1;
    const file = join(folder, `${opened}.${suffix}`);
    writeFileSync(file, text);
    [complaints, requests] = [[], []];
    await page.setViewportSize({ width, height: 900 });
    await page.goto(pathToFileURL(file).href);
  }
  let opened = 0;

  async function openReport(
    document: ReportDocument,
    width: number,
    colorScheme: 'light' | 'dark' = 'light',
  ): Promise<void> {
    await page.emulateMedia({ colorScheme });
    const html = await renderReport('html', document, { color: false, width: Infinity, unicode: true });
    await open(html, 'html', width);
  }

  describe.each(Object.entries(PAGES))('%s', (_, document) => {
    beforeAll(() => openReport(document, 1200));

    it('asks for nothing, runs nothing of what it shows and gives the browser nothing to complain about', async () => {
      expect(complaints).toEqual([]);
      expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([page.url()]);
      expect(await page.locator('script').count()).toBe(document.kind === 'trace' ? 1 : 0);
    });

    it('fits a wide and a narrow screen, in both themes', async () => {
      for (const width of [1200, 375]) {
        await page.setViewportSize({ width, height: 900 });
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const picture = await page.screenshot({ type: 'jpeg' });
          expect(picture.length, `${width} pixels, ${colorScheme}`).toBeGreaterThan(10_000);
          expect(await scrollWidth(page), `${width} pixels, ${colorScheme}`).toBeLessThanOrEqual(width);
        }
      }
    });
  });

  it.each([
    { of: 'a timed run', document: aResultsDocument() },
    { of: 'a quick run', document: aResultsDocument(quickResults()) },
    { of: 'a troubled run', document: aResultsDocument(troubledResults()) },
    { of: 'a hostile run', document: hostileDocuments().results },
  ])(
    'the picture of $of is well-formed, and every text lies within it and beside the others',
    async ({ document }) => {
      const svg = await renderReport('svg', document, { color: false, width: 100, unicode: true });
      await open(svg, 'svg', 840);
      // What is not well-formed is shown by a page about the mistake.
      expect(await page.locator('parsererror').count()).toBe(0);
      const boxes = await page.evaluate<TextBox[]>(`[...document.querySelectorAll('text')]
        .map((text) => ({ words: text.textContent, box: text.getBoundingClientRect() }))
        .filter(({ words, box }) => words !== '' && box.width > 0)
        .map(({ words, box: { left, right, top, bottom } }) => ({ words, left, right, top, bottom }))`);
      expect(boxes.length).toBeGreaterThan(5);
      expect(boxes.filter(({ left, right }) => left < 0 || right > 840)).toEqual([]);
      const overlapping = boxes.flatMap((one, index) =>
        boxes
          .slice(index + 1)
          .filter((other) => overlaps(one, other))
          .map((other) => [one.words, other.words]),
      );
      expect(overlapping).toEqual([]);
    },
  );

  it('is dark where the reader wants it dark', async () => {
    const ground = async (theme: 'light' | 'dark'): Promise<string> => {
      await openReport(aResultsDocument(), 1200, theme);
      return page.evaluate('getComputedStyle(document.body).backgroundColor');
    };
    expect(await ground('dark')).not.toBe(await ground('light'));
  });

  it('shows the launches of a cell to a reader who has only a keyboard', async () => {
    await openReport(aResultsDocument(), 1200);
    const launches = page.locator('details.launches').first();
    expect(await launches.locator('li').first().isVisible()).toBe(false);

    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate('document.activeElement.matches("details.launches summary")')) break;
    }
    await page.keyboard.press('Enter');

    expect(await launches.locator('li').count()).toBe(46);
    expect(await launches.locator('li').first().isVisible()).toBe(true);
  });

  describe('the search in a timeline', () => {
    const shown = (where = page) => where.locator('details.tl:visible .tl-name b').allTextContents();

    it.each([
      { typed: 'GIT', names: ['sh', 'git', 'git'], says: '3 of 5' },
      { typed: 'porcelain', names: ['git'], says: '1 of 5' },
      { typed: 'git  usr/bin/sh', names: ['sh'], says: '1 of 5' },
      { typed: 'nothing like it', names: [], says: '0 of 5' },
    ])(
      'for "$typed" leaves the programs in whose path or arguments every word occurs',
      async ({ typed, names, says }) => {
        await openReport(aTraceDocument(), 375);
        expect(await shown()).toHaveLength(5);
        await page.getByLabel('Search').fill(typed);
        expect(await shown()).toEqual(names);
        expect(await page.locator('.search output').textContent()).toBe(says);
        await page.getByLabel('Search').fill('');
        expect(await shown()).toHaveLength(5);
        expect(complaints).toEqual([]);
      },
    );

    it('is combined with the choice of an executable', async () => {
      await openReport(aTraceDocument(), 1200);
      await page.getByLabel('git 2').check();
      await page.getByLabel('Search').fill('status');
      expect(await shown()).toEqual(['git']);
      expect(await page.locator('.search output').textContent()).toBe('1 of 5');
    });

    it('is not offered where scripts may not run, and the choice of executables works', async () => {
      const html = await renderReport('html', aTraceDocument(), {
        color: false,
        width: Infinity,
        unicode: true,
      });
      const withoutScripts = await browser.newPage({ javaScriptEnabled: false });
      await withoutScripts.setContent(html);
      expect(await withoutScripts.locator('.search').isVisible()).toBe(false);
      await withoutScripts.getByLabel('git 2').check();
      expect(await shown(withoutScripts)).toEqual(['git', 'git']);
      await withoutScripts.close();
    });
  });

  it('says in words what every plot shows', async () => {
    await openReport(aResultsDocument(), 1200);
    const labels = await page.evaluate<string[]>(
      '[...document.querySelectorAll("svg[role=img]")].map((plot) => plot.getAttribute("aria-label") ?? "")',
    );
    expect(labels).not.toHaveLength(0);
    expect(labels.filter((label) => label.trim() === '')).toEqual([]);
  });
});

/** What a text of a picture takes. */
interface TextBox {
  readonly words: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Those of texts that lie over each other. Letters are less high than their line. */
function overlaps(one: TextBox, other: TextBox): boolean {
  return (
    one.left < other.right &&
    other.left < one.right &&
    one.top + 3 < other.bottom - 3 &&
    other.top + 3 < one.bottom - 3
  );
}

function scrollWidth(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth');
}
