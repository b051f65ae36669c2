import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { reportJsonSchema } from '../src/reporters/report-format.ts';
import { baselineJsonSchema } from '../src/results/baseline.ts';
import { resultsJsonSchema } from '../src/results/results.ts';
import { traceJsonSchema, traceLineJsonSchema } from '../src/results/trace-file.ts';
import { budgetJsonSchema } from '../src/scenario/budget-file.ts';
import { modelFileJsonSchema } from '../src/scenario/model-file.ts';
import { scenarioJsonSchema } from '../src/scenario/published-schema.ts';

/** The JSON Schemas that are committed, by path from the project's root, each generated from a validator. */
const SCHEMAS: Readonly<Record<string, () => unknown>> = {
  'scenarios/scenario.schema.json': scenarioJsonSchema,
  'results/schemas/results.schema.json': resultsJsonSchema,
  'results/schemas/baseline.schema.json': baselineJsonSchema,
  'results/schemas/trace.schema.json': traceJsonSchema,
  'results/schemas/trace-lines.schema.json': traceLineJsonSchema,
  'results/schemas/budget.schema.json': budgetJsonSchema,
  'results/schemas/model.schema.json': modelFileJsonSchema,
  'results/schemas/report.schema.json': reportJsonSchema,
};

/** What each committed schema should hold. */
export async function generateSchemas(): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const [path, generate] of Object.entries(SCHEMAS)) {
    texts.set(path, await format(JSON.stringify(generate()), { parser: 'json', printWidth: 110 }));
  }
  return texts;
}

// Run by itself it writes them: npx tsx scripts/generate-schemas.ts
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of await generateSchemas()) {
    writeFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), text);
    console.log(path);
  }
}
