import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Document,
  type LineCounter,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { formatPath, type Problem } from '../describe-issue.ts';
import { plural } from '../plural.ts';

/** What is read of a list of mistakes: the first ones, most often made again and again. */
const MOST_PROBLEMS = 20;

/** The problems in the order of the file, one a line; the first of them, and how many there are besides. */
export function formatProblems(
  problems: readonly Problem[],
  file: string,
  document: Document,
  lines: LineCounter,
): string {
  const inOrder = problems
    .map((problem) => ({ problem, offset: offsetOf(document, problem) }))
    .sort((a, b) => a.offset - b.offset);
  const more = inOrder.length - MOST_PROBLEMS;
  return [
    ...inOrder.slice(0, MOST_PROBLEMS).map(({ problem }) => formatProblem(problem, file, document, lines)),
    ...(more > 0 ? [`and ${plural(more, 'more problem')}`] : []),
  ].join('\n');
}

/** `file:line:col: path: message`, as editors and terminals turn into a link. */
function formatProblem(problem: Problem, file: string, document: Document, lines: LineCounter): string {
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
      const pair = pairsOf(node).get(String(step));
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

/** Kept, as there may be thousands of problems in one mapping. */
function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known = PAIRS.get(map) ?? new Map(map.items.map((pair) => [keyText(pair.key), pair]));
  PAIRS.set(map, known);
  return known;
}

const PAIRS = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}
