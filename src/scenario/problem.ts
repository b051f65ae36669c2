import { isMap, isNode, isSeq, type Document, type LineCounter, type Node } from 'yaml';
import { formatPath, type Problem } from '../describe-issue.ts';

/** `file:line:col: path: message`, as editors and terminals turn into a link. */
export function formatProblem(
  problem: Problem,
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
  { path, atKey = false }: Pick<Problem, 'path' | 'atKey'>,
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

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyText(key: Node): string {
  return 'value' in key ? String(key.value) : '';
}
