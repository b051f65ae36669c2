import { FormatError } from '../errors.ts';
import type { JsonText } from './json-text.ts';

/** The name and major version of the results files that are written. */
export const RESULTS_FORMAT = 'launchbench.results/2';

/** The name and major version of the baselines that are written. */
export const BASELINE_FORMAT = 'launchbench.baseline/1';

/**
 * Checks what kind of file a document is, before anything else is looked at: our major version and those before it
 * are read, a higher one is refused by name rather than by its first unknown detail.
 *
 * @param expected - e.g. `launchbench.results/2`
 * @returns the major version of the document
 * @throws FormatError when the document is something else, or newer than we are
 */
export function checkFormat(json: JsonText, expected: string, what: string): number {
  const found = schemaOf(json.value);
  const [name, major] = split(expected);
  const [foundName, foundMajor] = split(found ?? '');
  if (foundName === name && Number(foundMajor) >= 1 && Number(foundMajor) <= Number(major)) {
    return Number(foundMajor);
  }
  const where = json.where(['schema']);
  if (foundName === name && Number(foundMajor) > Number(major)) {
    throw new FormatError(
      `${where}: written by a newer launchbench: format ${foundMajor}, this one reads ${major}`,
      {
        hint: 'Install the launchbench that wrote it, or a newer one.',
      },
    );
  }
  throw new FormatError(
    `${where}: not a ${what}: expected "schema": "${expected}", found ${found === null ? 'none' : JSON.stringify(found)}`,
  );
}

function split(schema: string): readonly [name: string, major: string] {
  const [, name = '', major = ''] = /^(.*)\/(\d{1,9})$/.exec(schema) ?? [];
  return [name, major];
}

function schemaOf(value: unknown): string | null {
  return typeof value === 'object' && value !== null && 'schema' in value && typeof value.schema === 'string'
    ? value.schema
    : null;
}
