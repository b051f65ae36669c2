/**
 * JSON with sorted keys, two spaces of indentation and a newline at the end: the same content gives the
 * same bytes, whoever wrote it. Columns of numbers stay on one line each, or a file of samples would have
 * a line for every figure.
 */
export function canonicalJson(value: unknown): string {
  return `${format(value, '')}\n`;
}

function format(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.every((item) => typeof item !== 'object' || item === null)) {
      return `[${items.map((item) => format(item, '')).join(', ')}]`;
    }
    return `[\n${items.map((item) => deeper + format(item, deeper)).join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // By code unit, not by locale: the order must be the same on every machine.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${deeper}${JSON.stringify(key)}: ${format(member, deeper)}`);
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}
