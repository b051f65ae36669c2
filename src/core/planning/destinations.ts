/** The architecture's libdir itself, where libraries that are looked up by name are captured to. */
export const LIBDIR = '.';

/** A directory of its own for one driver, whose file name another driver of the class has as well. */
export function numbered(directory: string, number: string): string {
  return `${directory}/${number}`;
}
