import { describe, expect, it } from 'vitest';
import type { DocumentKind, RenderOptions, ReportDocument } from '../../src/reporters/document.ts';
import { renderReport, REPORTERS, reportersFor } from '../../src/reporters/reporters.ts';
import type { ReporterName } from '../../src/reporters/reporters.ts';
import { jsonSchemaOf } from '../../scripts/generate-schemas.ts';
import { reportSchema } from '../../src/reporters/report-format.ts';
import {
  aComparisonDocument,
  aGateDocument,
  aHistoryDocument,
  aResultsDocument,
  hostileDocuments,
  smallResults,
} from '../builders/some-documents.ts';
import { aTraceComparison, aTraceDocument } from '../builders/some-traces.ts';
import { analyse } from '../../src/analysis/analysis.ts';
import { compareResults } from '../../src/analysis/compare-results.ts';
import type { Counts, Results, RunFacts } from '../../src/results/results.ts';
import {
  aMeasuredCell,
  aRun,
  aScenarioResult,
  countsOnlyResults,
  quickResults,
  someResults,
  troubledResults,
} from '../builders/some-results.ts';

const PLAIN: RenderOptions = { color: false, width: 100, unicode: true };

const DOCUMENTS: Readonly<Record<DocumentKind, () => ReportDocument>> = {
  results: () => aResultsDocument(smallResults()),
  comparison: aComparisonDocument,
  gate: aGateDocument,
  history: aHistoryDocument,
  trace: () => aTraceDocument(),
  'trace-comparison': aTraceComparison,
};

/** Every format with every kind of document that it can show. */
const RENDERINGS = kinds().flatMap((kind) =>
  reportersFor(kind)
    .filter((format) => !REPORTERS[format].isBinary)
    .map((format) => ({ format, kind })),
);

function kinds(): readonly DocumentKind[] {
  return ['results', 'comparison', 'gate', 'history', 'trace', 'trace-comparison'];
}

describe.each(RENDERINGS)('$format of $kind', ({ format, kind }) => {
  const { extension } = REPORTERS[format];

  it('is what the golden file says', async () => {
    const text = await renderReport(format, DOCUMENTS[kind](), PLAIN);
    await expect(text).toMatchFileSnapshot(`golden/${kind}.${format}${extension}`);
  });

  it('ends with one line break', async () => {
    expect(await renderReport(format, DOCUMENTS[kind](), PLAIN)).toMatch(/[^\n]\n$/u);
  });

  it('shows no character that a terminal or a browser would obey', async () => {
    const text = await renderReport(format, hostileDocuments()[kind], PLAIN);
    expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    const obeysTags = ['.html', '.md', '.svg', '.xml'].includes(extension);
    // A timeline is searched by one of ours.
    const ours = extension === '.html' && kind === 'trace' ? 1 : 0;
    expect(text.split('<script').length - 1 <= ours || !obeysTags).toBe(true);
  });

  it('gives no line that a CI service would take for a command of ours', async () => {
    const text = await renderReport(format, hostileDocuments()[kind], PLAIN);
    const commands = text.split('\n').filter((line) => /^\s*(::|##\[)/u.test(line));
    expect(commands.filter((line) => format !== 'github' || !/^::(error|warning) file=/u.test(line))).toEqual(
      [],
    );
  });
});

describe.each([
  ['quick', quickResults],
  ['counts-only', countsOnlyResults],
  ['troubled', troubledResults],
] as const)('a %s run', (name, results) => {
  it.each(['table', 'markdown', 'html', 'csv', 'svg'] satisfies ReporterName[])('as %s', async (format) => {
    const text = await renderReport(format, aResultsDocument(results()), PLAIN);
    await expect(text).toMatchFileSnapshot(`golden/${name}.${format}${REPORTERS[format].extension}`);
  });
});

describe('what starting processes takes of a time', () => {
  const ofCommandThatTakes = (wallMs: number) =>
    renderReport(
      'table',
      aResultsDocument(
        someResults({ scenarios: [aScenarioResult({ cells: [aMeasuredCell({ launches: 46, wallMs })] })] }),
      ),
      PLAIN,
    );

  it('is said where that is less than the time', async () => {
    expect(await ofCommandThatTakes(60)).toContain('46 launches of /bin/true, 0.99 ms each, would take');
  });

  it('is left out near the floor, where both are noise', async () => {
    expect(await ofCommandThatTakes(40)).not.toContain('/bin/true');
  });
});

describe('launches that nobody counted', () => {
  it.each(['bencher', 'github-action-benchmark'] as const)('are left out by %s', async (format) => {
    const cells = [aMeasuredCell({ counts: { launches: null, ledger: [] } })];
    const text = await renderReport(
      format,
      aResultsDocument(someResults({ scenarios: [aScenarioResult({ cells })] })),
      PLAIN,
    );
    expect(text).toMatch(/CPU|cpu-time-ms/u);
    expect(text).not.toMatch(/launches|null/u);
  });
});

describe('times of a quick run', () => {
  it.each([
    'table',
    'markdown',
    'json',
    'csv',
    'html',
    'svg',
    'github-action-benchmark',
  ] satisfies ReporterName[])('are labelled by %s', async (format) => {
    expect(await renderReport(format, aResultsDocument(quickResults()), PLAIN)).toContain(
      'quick, not for claims',
    );
  });

  it('go to Bencher under a measure of their own', async () => {
    const text = await renderReport('bencher', aResultsDocument(quickResults()), PLAIN);
    expect(text).toContain('"cpu-time-ms-quick-not-for-claims"');
    expect(text).not.toContain('"cpu-time-ms"');
  });

  it('never carry the × of a claim', async () => {
    expect(await renderReport('table', aResultsDocument(quickResults()), PLAIN)).not.toMatch(/\d×/u);
  });
});

describe('a JSON report', () => {
  const documents: readonly ReportDocument[] = [
    ...kinds().flatMap((kind) => [DOCUMENTS[kind](), hostileDocuments()[kind]]),
    ...[countsOnlyResults(), quickResults(), troubledResults()].map((results) => aResultsDocument(results)),
  ].filter(({ kind }) => kind !== 'trace' && kind !== 'trace-comparison');

  it.each(documents)('of $kind is what its schema says, and nothing else', async (document) => {
    const report: unknown = JSON.parse(await renderReport('json', document, PLAIN));
    const read = reportSchema.parse(report);
    expect(read).toEqual(report);
    // What the schema does not know would stand in the report without a word about it.
    expect(undescribed(report, jsonSchemaOf(reportSchema))).toEqual([]);
  });
});

describe('a run of which shards are missing', () => {
  const partial = { ...smallResults(), missingShards: [2, 3] };
  const documents: readonly ReportDocument[] = [
    aResultsDocument(partial),
    {
      kind: 'comparison',
      comparison: compareResults(
        { label: 'base.json', results: smallResults() },
        { label: 'head.json', results: partial },
      ),
    },
    { kind: 'history', entries: [{ label: 'run.json', analysis: analyse(partial) }] },
    // A gate has a test of its own: test/reporters/gate-output.test.ts.
  ];
  const said =
    /shards 2, 3 are missing|that are missing: 2, 3|\b2 3,|"missingShards": \[\s*2,\s*3\s*\]|missing": \{\s*"shards": \{\s*"value": 2\s/u;

  it.each(
    documents.flatMap((document) =>
      reportersFor(document.kind).map((format) => ({ kind: document.kind, format, document })),
    ),
  )('is called so by $format of $kind', async ({ kind, format, document }) => {
    expect(await renderReport(format, document, PLAIN)).toMatch(said);
    expect(await renderReport(format, DOCUMENTS[kind](), PLAIN)).not.toMatch(said);
  });

  it.each(['table', 'markdown'] as const)('is called so in the first line of a %s', async (format) => {
    for (const document of documents) {
      const [first] = (await renderReport(format, document, PLAIN)).split('\n');
      expect(first).toMatch(/^(> |\*\*)?.*Not all of .+ is here: shards 2, 3 are missing\./u);
    }
  });
});

describe('a comparison of counts', () => {
  const side = (counts: Partial<Counts>): Results =>
    someResults({ scenarios: [aScenarioResult({ cells: [aMeasuredCell({ counts })] })] });
  const drivers = (captured: number) => ({ captured, offered: 44 });
  const comparison = compareResults(
    { label: 'base.json', results: side({ drivers: drivers(44), links: 131, toolLaunches: 0, forks: null }) },
    { label: 'head.json', results: side({ drivers: drivers(5), links: 60, toolLaunches: 9, forks: 3 }) },
  );

  it.each(['table', 'markdown', 'html'] as const)(
    'says in a %s what is broken beside launches',
    async (format) => {
      const text = await renderReport(format, { kind: 'comparison', comparison }, PLAIN);
      for (const change of ['44 → 5', '131 → 60', '0 → 9', 'fewer drivers']) expect(text).toContain(change);
      expect(text).not.toContain('forks');
      const same = await renderReport(format, aComparisonDocument(), PLAIN);
      for (const name of ['links', 'by tools', 'forks']) expect(same).not.toContain(name);
    },
  );

  it('fails for fewer drivers where there are checks', async () => {
    const junit = await renderReport('junit', { kind: 'comparison', comparison }, PLAIN);
    expect(junit).toContain('expected at least 44 drivers captured, found 5');
  });
});

describe('a row under an emulator', () => {
  const results = (mode: RunFacts['mode']) =>
    someResults({
      run: aRun({ mode }),
      scenarios: [
        aScenarioResult({
          cells: [
            aMeasuredCell({ wallMs: 100 }),
            aMeasuredCell({ strategy: 'batched', wallMs: 50, position: 1 }),
            aMeasuredCell({ emulation: 'qemu', wallMs: 800, position: 2 }),
            aMeasuredCell({ emulation: 'qemu', strategy: 'batched', wallMs: 300, position: 3 }),
          ],
        }),
      ],
    });

  it.each(['table', 'markdown', 'html'] as const)('stands beside the native one in a %s', async (format) => {
    const text = await renderReport(format, aResultsDocument(results('timed')), PLAIN);
    expect(text).toContain('to native');
    expect(text).toMatch(/\b[78]\.\d+×/u);
    const quick = await renderReport(format, aResultsDocument(results('quick')), PLAIN);
    expect(quick).toMatch(/\b[78]\.\d+\b/u);
    expect(quick).not.toMatch(/\b[78]\.\d+×/u);
  });
});

describe('a format that cannot show a document', () => {
  it('says which ones can', async () => {
    await expect(renderReport('bencher', aGateDocument(), PLAIN)).rejects.toMatchObject({
      message: 'The format "bencher" cannot show a gate document.',
      hint: 'Formats that can: table, markdown, json, csv, html, junit, github, gitlab.',
    });
  });
});

/** Paths of members that a JSON Schema has no word for; those of warnings differ by kind. */
function undescribed(value: unknown, schema: unknown, root = schema, path = ''): readonly string[] {
  const forms = formsOf(schema, root);
  if (Array.isArray(value)) {
    const anyOf = forms.map((form) => form['items']);
    return value.flatMap((item: unknown) => undescribed(item, { anyOf }, root, `${path}[]`));
  }
  return Object.entries(asRecord(value)).flatMap(([key, member]: [string, unknown]) => {
    const inside = `${path}.${key}`;
    if (inside.includes('.warnings[].')) return [];
    const anyOf = forms.flatMap((form) => [
      ...Object.entries(asRecord(form['properties'])).flatMap(([name, of]) => (name === key ? [of] : [])),
      ...[form['additionalProperties']].filter((of) => Object.keys(asRecord(of)).length > 0),
    ]);
    return anyOf.length === 0 ? [inside] : undescribed(member, { anyOf }, root, inside);
  });
}

/** What a schema may stand for, without references and alternatives. */
function formsOf(schema: unknown, root: unknown): readonly Readonly<Record<string, unknown>>[] {
  const form = asRecord(schema);
  const reference = form['$ref'];
  const name = typeof reference === 'string' ? reference.replace('#/definitions/', '') : '';
  const others = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => Object.values(asRecord(form[key])));
  const referred = name === '' ? [] : [asRecord(asRecord(root)['definitions'])[name]];
  return [form, ...[...others, ...referred].flatMap((other) => formsOf(other, root))];
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
