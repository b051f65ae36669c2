import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { reportJsonSchema } from '../../src/reporters/report-format.ts';
import { baselineJsonSchema } from '../../src/results/baseline.ts';
import { resultsJsonSchema } from '../../src/results/results.ts';
import { traceJsonSchema } from '../../src/results/trace-file.ts';
import { budgetJsonSchema } from '../../src/scenario/budget-file.ts';
import { modelFileJsonSchema } from '../../src/scenario/model-file.ts';

it.each([
  { file: 'results.schema.json', schema: resultsJsonSchema },
  { file: 'baseline.schema.json', schema: baselineJsonSchema },
  { file: 'report.schema.json', schema: reportJsonSchema },
  { file: 'budget.schema.json', schema: budgetJsonSchema },
  { file: 'model.schema.json', schema: modelFileJsonSchema },
  { file: 'trace.schema.json', schema: traceJsonSchema },
])(
  'the committed $file is what the validator says (npx tsx scripts/generate-schemas.ts)',
  async ({ file, schema }) => {
    const committed = readFileSync(
      fileURLToPath(new URL(`../../results/schemas/${file}`, import.meta.url)),
      'utf8',
    );
    expect(committed).toBe(await format(JSON.stringify(schema()), { parser: 'json', printWidth: 110 }));
  },
);
