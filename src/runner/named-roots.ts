/** A folder that stands under a name in everything that is kept: runs of different machines then compare. */
export interface NamedRoot {
  /** E.g. `{PROVIDER}`. */
  readonly name: string;
  /** Absolute path; `/` is never replaced, because everything begins with it. */
  readonly path: string;
}

/**
 * Replaces the roots in a text by their names, the longest path first, and only where whole path
 * components match: `/tmp/run` is found neither in `/tmp/runner` nor in `/data/tmp/run`.
 */
export function nameRoots(text: string, roots: readonly NamedRoot[]): string {
  return [...roots]
    .filter(({ path }) => path.length > 1)
    .sort((a, b) => b.path.length - a.path.length)
    .reduce((result, { name, path }) => replacePath(result, path, name), text);
}

function replacePath(text: string, path: string, name: string): string {
  const literal = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\w./-])${literal}(?=$|[/:,=\\s"'])`, 'g'), () => name);
}
