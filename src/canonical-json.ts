/**
 * JSON with sorted keys, two spaces of indentation and a newline at the end: the same content gives the
 * same bytes, whoever wrote it. Columns of numbers stay on one line each, or a file of samples would have
 * a line for every figure.
 *
 * @param replace - says what is written in the place of a member of an object
 */
export function canonicalJson(value: unknown, replace: Replace = (_, member) => member): string {
  return `${format(value, '', replace)}\n`;
}

type Replace = (key: string, member: unknown) => unknown;

function format(value: unknown, indent: string, replace: Replace): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.every((item) => typeof item !== 'object' || item === null)) {
      return `[${items.map((item) => format(item, '', replace)).join(', ')}]`;
    }
    return `[\n${items.map((item) => deeper + format(item, deeper, replace)).join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // By code unit, not by locale: the order must be the same on every machine.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([key, member]) => `${deeper}${JSON.stringify(key)}: ${format(replace(key, member), deeper, replace)}`,
    );
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}
