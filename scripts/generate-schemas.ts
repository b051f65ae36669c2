import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import * as z from 'zod';
import { reportSchema } from '../src/reporters/report-format.ts';
import { baselineSchema } from '../src/results/baseline.ts';
import { resultsFileSchema } from '../src/results/results.ts';
import { traceLineSchema, traceSchema } from '../src/results/trace-file.ts';
import { budgetSchema } from '../src/scenario/budget-file.ts';
import { modelFileSchema } from '../src/scenario/model-file.ts';
import { scenarioSchema } from '../src/scenario/schema.ts';

/** The JSON Schemas that are committed, by path from the project's root, each generated from a validator. */
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  'scenarios/scenario.schema.json': scenarioSchema,
  'results/schemas/results.schema.json': resultsFileSchema,
  'results/schemas/baseline.schema.json': baselineSchema,
  'results/schemas/trace.schema.json': traceSchema,
  'results/schemas/trace-lines.schema.json': traceLineSchema,
  'results/schemas/budget.schema.json': budgetSchema,
  'results/schemas/model.schema.json': modelFileSchema,
  'results/schemas/report.schema.json': reportSchema,
};

/** Those of files that people write: their editors show each key's own description where a shape is written out. */
const WRITTEN_BY_HAND: readonly z.ZodType[] = [scenarioSchema, budgetSchema];

/** The JSON Schema of what a validator reads. */
export function jsonSchemaOf(schema: z.ZodType): object {
  return z.toJSONSchema(schema, {
    ...{ io: 'input', target: 'draft-7', unrepresentable: 'any' },
    reused: WRITTEN_BY_HAND.includes(schema) ? 'inline' : 'ref',
  });
}

/** What each committed schema should hold. */
export async function generateSchemas(): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const [path, schema] of Object.entries(SCHEMAS)) {
    texts.set(path, await format(JSON.stringify(jsonSchemaOf(schema)), { parser: 'json', printWidth: 110 }));
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
