/**
 * Puts a path together with one slash between its parts; what is inside a part stays as it is, `//` and `..`
 * included. Source: our capture-tool specification, 4.2.
 */
export function joinPath(first: string, ...rest: readonly string[]): string {
  let path = withoutOuterSlashes(first);
  for (const part of rest) {
    const inner = withoutOuterSlashes(part);
    if (inner !== '') path = path === '' ? inner : `${path}/${inner}`;
  }
  return first.startsWith('/') ? `/${path}` : path;
}

/** What follows the last slash. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * The directories of a list like LD_LIBRARY_PATH. An empty one in front or in the middle is the top of the
 * tree, an empty last one is nothing.
 */
export function pathList(list: string): readonly string[] {
  const parts = list.split(':');
  return parts[parts.length - 1] === '' ? parts.slice(0, -1) : parts;
}

/** Where following a chain of links ended. */
export interface LinkEnd {
  readonly path: string;
  /** False when there were more links than allowed: `path` is where the first of those too many points. */
  readonly complete: boolean;
}

/**
 * Follows links as a process would that is chrooted into the tree, at the last component only: the kernel
 * follows those among the directories when the file is opened. Nothing is normalised. A relative tree is left
 * alone. Source: our capture-tool specification, 4.3.
 *
 * @param linkAt - the text of the symbolic link at a path; null when this is none.
 */
export function followLinks(
  tree: string,
  path: string,
  maxLinks: number,
  linkAt: (path: string) => string | null,
): LinkEnd {
  if (!tree.startsWith('/')) return { path, complete: true };
  let at = path;
  for (let followed = 0; followed <= maxLinks; followed++) {
    const text = linkAt(at);
    if (text === null) return { path: at, complete: true };
    at = text.startsWith('/') ? joinPath(tree, text) : `${at.slice(0, at.lastIndexOf('/'))}/${text}`;
  }
  return { path: at, complete: false };
}

/**
 * A path as seen from inside a tree: what is left when the text of the tree is taken off the front; null when
 * it does not begin with that. Nothing is normalised.
 */
export function withinTree(tree: string, path: string): string | null {
  if (tree === '/') return path.startsWith('/') ? path : null;
  return path.startsWith(`${tree}/`) ? path.slice(tree.length) : null;
}

const SLASH = 0x2f;

function withoutOuterSlashes(part: string): string {
  let start = 0;
  let end = part.length;
  while (part.charCodeAt(start) === SLASH) start++;
  while (end > start && part.charCodeAt(end - 1) === SLASH) end--;
  return part.slice(start, end);
}
