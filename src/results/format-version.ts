import { FormatError } from '../errors.ts';

/** The name and major version of the results files that are written. */
export const RESULTS_FORMAT = 'launchbench.results/2';

/** The name and major version of the baselines that are written. */
export const BASELINE_FORMAT = 'launchbench.baseline/1';

/** The name and major version of the JSON reports. */
export const REPORT_FORMAT = 'launchbench.report/1';

/** The name and major version of the traces that are written. */
export const TRACE_FORMAT = 'launchbench.trace/1';

/**
 * Checks what kind of file a document is, before anything else is looked at: our major version and those before it
 * are read, a higher one is refused by name rather than by its first unknown detail.
 *
 * @param where - says where a value of the document stands
 * @returns the major version of the document
 * @throws FormatError when the document is something else, or newer than we are
 */
export function checkFormat(
  document: unknown,
  { name, what }: { readonly name: string; readonly what: string },
  where: (path: readonly string[]) => string,
): number {
  const found = schemaOf(document);
  const [kind, major] = split(name);
  const [foundKind, foundMajor] = split(found ?? '');
  if (foundKind === kind && foundMajor > major) {
    throw new FormatError(
      `${where(['schema'])}: written by a newer launchbench: format ${foundMajor}, this one reads ${major}`,
      { hint: 'Install the launchbench that wrote it, or a newer one.' },
    );
  }
  if (foundKind === kind && foundMajor >= 1) return foundMajor;
  throw new FormatError(
    `${where(['schema'])}: not a ${what}: expected "schema": "${name}", found ${found === null ? 'none' : JSON.stringify(found)}`,
  );
}

function split(schema: string): readonly [kind: string, major: number] {
  const [, kind = '', major = ''] = /^(.*)\/(\d{1,9})$/.exec(schema) ?? [];
  return [kind, Number(major)];
}

function schemaOf(value: unknown): string | null {
  return typeof value === 'object' && value !== null && 'schema' in value && typeof value.schema === 'string'
    ? value.schema
    : null;
}
