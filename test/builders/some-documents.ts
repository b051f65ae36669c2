import type {
  ComparisonDocument,
  GateDocument,
  HistoryDocument,
  ResultsDocument,
} from '../../src/reporters/document.ts';
import type { Finding } from '../../src/analysis/finding.ts';
import { analyse } from '../../src/analysis/analysis.ts';
import { compareTraces } from '../../src/analysis/compare-traces.ts';
import { compareResults } from '../../src/analysis/compare-results.ts';
import type { Results } from '../../src/results/results.ts';
import { aTrace, aTraceDocument, aTraceLaunch } from './some-traces.ts';
import {
  aLaunch,
  aMeasuredCell,
  aModelledCell,
  aRun,
  aScenarioResult,
  HOSTILE_TEXT,
  hostileResults,
  someResults,
} from './some-results.ts';

/** A document of one run. */
export function aResultsDocument(results: Results = someResults()): ResultsDocument {
  return { kind: 'results', analysis: analyse(results) };
}

/** A run with few launches, so that a golden file can be read. */
export function smallResults(): Results {
  return someResults({
    scenarios: [
      aScenarioResult({
        cells: [
          aMeasuredCell({ launches: 3, wallMs: 300 }),
          aMeasuredCell({ strategy: 'batched', launches: 1, wallMs: 120, position: 1 }),
          aModelledCell(),
          aModelledCell({ strategy: 'batched' }),
        ],
      }),
    ],
  });
}

/** Two runs: one launch came back, one strategy is new. */
export function aComparisonDocument(): ComparisonDocument {
  const base = smallResults();
  const head = someResults({
    run: aRun({ id: 'a second run', startedAt: '2026-11-23T12:00:00.000Z' }),
    scenarios: [
      aScenarioResult({
        cells: [
          aMeasuredCell({ launches: 4, wallMs: 400 }),
          aMeasuredCell({ strategy: 'batched', launches: 1, wallMs: 119, position: 1 }),
          aMeasuredCell({ strategy: 'in-process', launches: 0, wallMs: 20, position: 2 }),
        ],
      }),
    ],
  });
  return {
    kind: 'comparison',
    comparison: compareResults({ label: 'base.json', results: base }, { label: 'head.json', results: head }),
  };
}

/** A finding of the rule `launches`: five were allowed, six were found. */
export function aFinding(overrides: Partial<Finding> = {}): Finding {
  return {
    rule: 'launches',
    level: 'error',
    outcome: 'failed',
    scenario: 'mesa-desktop',
    row: 'batched',
    tool: null,
    emulation: 'native',
    expected: 'at most 5',
    found: '6',
    newLaunches: [
      {
        label: 'driver dri radeonsi_dri.so x86_64',
        found: 1,
        known: 0,
        launches: [{ executable: 'capture-libs', argv: aLaunch().argv }],
      },
    ],
    reproduce: 'launchbench run mesa-desktop --counts-only',
    accept: 'launchbench gate results.json --baseline baseline.json --update',
    location: { file: 'results/baselines/mesa-desktop.json', line: 7 },
    ...overrides,
  };
}

/** A verdict with one finding of every outcome and level, or with those that a test names. */
export function aGateDocument(findings: readonly Finding[] = everyOutcome()): GateDocument {
  const passed = !findings.some(({ level, outcome }) => level === 'error' && outcome === 'failed');
  return {
    kind: 'gate',
    verdict: {
      passed,
      word: passed ? 'passed' : 'failed',
      missingShards: [],
      findings,
      notes: [],
    },
    results: [smallResults()],
    baseline: 'results/baselines/mesa-desktop.json',
  };
}

function everyOutcome(): readonly Finding[] {
  const quiet = { newLaunches: [], reproduce: null, accept: null, location: null } as const;
  return [
    aFinding({ ...quiet, row: 'per-driver', outcome: 'passed', expected: 'at most 46', found: '46' }),
    aFinding(),
    aFinding({ ...quiet, rule: 'launchesByExecutable', level: 'warn', expected: 'at most 5', found: '6' }),
    aFinding({
      ...quiet,
      rule: 'maxRatio',
      outcome: 'inconclusive',
      expected: 'at most 1.05',
      found: '1.06 [0.98, 1.15] n=8',
    }),
  ];
}

/** Three runs in which a launch came back and went away again. */
export function aHistoryDocument(): HistoryDocument {
  const entries = [3, 4, 3].map((launches, index) => ({
    label: `run-${index + 1}.json`,
    analysis: analyse(
      someResults({
        run: aRun({ id: `run ${index}`, startedAt: `2026-11-2${index}T12:00:00.000Z` }),
        scenarios: [
          aScenarioResult({
            cells: [
              aMeasuredCell({ launches, wallMs: 100 * launches, seed: index + 10 }),
              aMeasuredCell({ strategy: 'batched', launches: 1, wallMs: 120, position: 1, seed: index + 20 }),
            ],
          }),
        ],
      }),
    ),
  }));
  return { kind: 'history', entries };
}

/** One document of each kind, with hostile text wherever text of strangers may stand. */
export function hostileDocuments() {
  const results = hostileResults();
  const hostile = aFinding({
    scenario: HOSTILE_TEXT,
    row: HOSTILE_TEXT,
    emulation: HOSTILE_TEXT,
    found: HOSTILE_TEXT,
    newLaunches: [
      {
        label: HOSTILE_TEXT,
        found: 2,
        known: 1,
        launches: [{ executable: HOSTILE_TEXT, argv: [HOSTILE_TEXT, HOSTILE_TEXT] }],
      },
    ],
    location: { file: HOSTILE_TEXT, line: 1 },
  });
  const document = aResultsDocument(results);
  const launch = aTraceLaunch({
    executable: `/usr/bin/${HOSTILE_TEXT.replaceAll('/', '')}`,
    argv: [HOSTILE_TEXT, HOSTILE_TEXT],
    end: { kind: 'signalled', signal: HOSTILE_TEXT },
  });
  return {
    'trace-comparison': {
      kind: 'trace-comparison',
      comparison: compareTraces(
        { label: HOSTILE_TEXT, trace: aTrace([launch]) },
        { label: HOSTILE_TEXT, trace: aTrace([launch, { ...launch, seq: 1, startedBy: 0 }]) },
      ),
    },
    trace: aTraceDocument(
      aTrace([launch, { ...launch, seq: 1, startedBy: 0 }], {
        leftBehind: [{ pid: 1, name: HOSTILE_TEXT }],
      }),
    ),
    results: document,
    comparison: {
      kind: 'comparison',
      comparison: compareResults(
        { label: HOSTILE_TEXT, results: smallResults() },
        { label: HOSTILE_TEXT, results },
      ),
    },
    gate: { ...aGateDocument([hostile]), baseline: HOSTILE_TEXT },
    history: { kind: 'history', entries: [{ label: HOSTILE_TEXT, analysis: document.analysis }] },
  } as const;
}
