import { isMap, isNode, isSeq, type Document, type LineCounter, type Node } from 'yaml';

/** Something that is wrong with a scenario file: where, as keys from the top, and what. */
export interface ScenarioProblem {
  readonly path: readonly PropertyKey[];
  /** Whether the key itself is wrong, rather than what stands behind it. */
  readonly atKey?: boolean | undefined;
  /** What was expected and what was found, without a full stop. */
  readonly message: string;
}

/** `file:line:col: path: message`, as editors and terminals turn into a link. */
export function formatProblem(
  problem: ScenarioProblem,
  file: string,
  document: Document,
  lines: LineCounter,
): string {
  const { line, col } = lines.linePos(offsetOf(document, problem));
  const where = formatPath(problem.path);
  return `${file}:${line}:${col}: ${where === '' ? '' : `${where}: `}${problem.message}`;
}

/** Where the value (or the key) of a path begins; what is not there lies where its parent does. */
export function offsetOf(
  document: Document,
  { path, atKey = false }: Pick<ScenarioProblem, 'path' | 'atKey'>,
): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    let key: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isNode(item.key) && keyText(item.key) === String(step));
      key = pair?.key;
      node = pair?.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
    } else {
      node = undefined;
    }
    const last = depth === path.length - 1;
    offset = startOf(last && atKey ? key : (node ?? key)) ?? startOf(key) ?? offset;
  }
  return offset;
}

/** `drivers.dri[2].file`. */
function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((step, depth) => {
      if (typeof step === 'number') return `[${step}]`;
      const word = String(step);
      if (!/^[\w-]+$/u.test(word)) return `["${word}"]`;
      return depth === 0 ? word : `.${word}`;
    })
    .join('');
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyText(key: Node): string {
  return 'value' in key ? String(key.value) : '';
}
