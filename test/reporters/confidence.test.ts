import { describe, expect, it } from 'vitest';
import { claimedCells } from '../../src/analysis/claim.ts';
import { analyseModelled } from '../../src/analysis/modelled.ts';
import { confidenceSentence } from '../../src/reporters/compose/modelled.ts';
import { renderReport } from '../../src/reporters/reporters.ts';
import { aResultsDocument, smallResults } from '../builders/some-documents.ts';
import { aMeasuredCell, aModelledCell, aScenarioResult } from '../builders/some-results.ts';

const scenario = aScenarioResult({ cells: [aMeasuredCell(), aModelledCell()] });
const cells = claimedCells(scenario, { mode: 'timed' });
const [model] = analyseModelled({ scenario, cells }, { mode: 'timed' }, []);

/** What is said of the model where a run measured its emulator as well, and found it off by so much. */
function saidBeside(...errors: readonly number[]): string {
  if (model === undefined) throw new Error('no model');
  const rows = errors.map((cpu) => ({ row: 'per-driver', tool: null, error: { cpu, wall: 9 } }));
  return confidenceSentence(model, {
    modelErrors: [{ modelled: model.emulation, measured: 'qemu-x86_64', rows }],
  });
}

describe('the confidence in a model', () => {
  it.each([{ errors: [] }, { errors: [0.29, -0.3] }])(
    'is what its source says beside errors of $errors',
    ({ errors }) => {
      expect(saidBeside(...errors)).toMatch(/^Confidence: (?!none)/);
    },
  );

  it('is none where this run measured something else, whichever row and direction', () => {
    expect(saidBeside(0.1, 1.84)).toContain('none here: it misses by up to 184 %');
    expect(saidBeside(-0.31)).toContain('none here: it misses by up to 31 %');
  });

  it.each(['table', 'markdown', 'html'] as const)('is told as %s', async (format) => {
    const { analysis } = aResultsDocument(smallResults());
    const rows = [{ row: 'per-driver', tool: null, error: { cpu: 1.84, wall: 0 } }];
    const scenarios = analysis.scenarios.map((one) => ({
      ...one,
      modelErrors: one.modelled.map(({ emulation }) => ({ modelled: emulation, measured: 'FEX', rows })),
    }));
    const document = { kind: 'results', analysis: { ...analysis, scenarios } } as const;
    const text = await renderReport(format, document, { color: false, width: 100, unicode: true });
    expect(text).toMatch(/Confidence: none here: it misses by up to 184\s%/u);
  });
});
