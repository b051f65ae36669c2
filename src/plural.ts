/** `1 launch`, `2 launches`: a number of things, in words that agree with it. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
