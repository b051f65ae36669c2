import * as z from 'zod';
import { scenarioSchema } from './schema.ts';

/** The JSON Schema of scenario files, for editors: generated from the validator, so the two never disagree. */
export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-7' }) };
}
