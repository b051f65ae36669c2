import { z } from 'zod';
import { baselineSchema } from './baseline-schema.ts';
import { resultsSchema } from './results-schema.ts';

/** The JSON Schema of results files, for readers in other languages: generated from the validator. */
export function resultsJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(resultsSchema, { io: 'input', target: 'draft-7', reused: 'ref' }) };
}

/** The JSON Schema of baselines. */
export function baselineJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(baselineSchema, { io: 'input', target: 'draft-7', reused: 'ref' }) };
}
