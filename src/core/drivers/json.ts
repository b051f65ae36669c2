/** JSON as a stranger's file holds it. Members stand in a map, as they may have any name, `__proto__` too. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** The members of a JSON object, in the order of the file. */
export type JsonObject = ReadonlyMap<string, Json>;

/** Whether a value, or what is there in its place, is an object. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map;
}

/** Whether a value, or what is there in its place, is an array. */
export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Writes JSON indented by two spaces. */
export function formatJson(value: Json): string {
  const plain = (_: string, member: unknown): unknown =>
    member instanceof Map ? Object.fromEntries(member) : member;
  return `${JSON.stringify(value, plain, 2)}\n`;
}
