import { groupBy } from '../../group-by.ts';
import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../nearest.ts';
import { isTuple, TUPLES } from '../sysroot/architectures.ts';

/** Capture tools that stand for one build: a dimension of what is compared. */
export interface NamedTools {
  /** null where there is only one. */
  readonly name: string | null;
  /** What `findTools` is asked for; none: our own tool. */
  readonly wanted: readonly string[];
}

/**
 * Takes the names off words such as `before=./old/capture` and `after:i386-linux-gnu=./new/capture-32`; words without
 * a name are one tool.
 *
 * @returns each name once, in the order in which they first appear; never none.
 * @throws UsageError when some have names and others have none.
 */
export function nameTools(words: readonly string[]): readonly NamedTools[] {
  const tools = groupBy(words.map(takeName), ({ name }) => name);
  if (tools.size > 1 && tools.has(null)) {
    throw new UsageError('--tool: some tools have a name and others have none', {
      hint: 'Name them all, --tool before=PATH --tool after=PATH, or none.',
    });
  }
  return tools.size === 0
    ? [{ name: null, wanted: [] }]
    : [...tools].map(([name, same]) => ({ name, wanted: same.map(({ wanted }) => wanted) }));
}

/** What may be a name: in results it stands behind an `@`, and a path of this form begins with `./`. */
export const TOOL_NAME = /^[\w][\w.-]*$/;

function takeName(word: string): { readonly name: string | null; readonly wanted: string } {
  const equals = word.indexOf('=');
  const [name = '', tuple] = word.slice(0, Math.max(equals, 0)).split(':', 2);
  if (!TOOL_NAME.test(name) || isTuple(name)) return { name: null, wanted: word };
  const meant = TUPLES.find((known) => known.startsWith(`${name}-`));
  if (meant !== undefined || didYouMean(name, TUPLES) !== '') {
    throw new UsageError(
      `--tool ${word}: "${name}" is no architecture${meant === undefined ? didYouMean(name, TUPLES) : `; did you mean "${meant}"?`}`,
      { hint: `Architectures are ${TUPLES.join(', ')}; a name for a tool must not look like one.` },
    );
  }
  const path = word.slice(equals + 1);
  return { name, wanted: tuple === undefined ? path : `${tuple}=${path}` };
}
