import type { TraceDocument } from './document.ts';
import { escapeJson } from './escape.ts';

/**
 * A trace as lines of JSON: the first says what was run and counted, every other one is a program that was executed, in
 * order. Its schema is `results/schemas/trace-lines.schema.json`.
 */
export function renderTraceLines({ trace: { tree, ...head } }: TraceDocument): string {
  return [head, ...tree].map((line) => `${escapeJson(JSON.stringify(line))}\n`).join('');
}
