import { createHash } from 'node:crypto';
import { FormatError } from '../../errors.ts';
import { type KeptAnswer, list, members, readKeptAnswer, record, text, textOrNull } from './kept-answer.ts';

/**
 * What is kept beside overrides, so that a later start can tell whether a capture would leave the same. The file has two
 * lines: what it is with the digest of what follows, and all the rest.
 */
export interface KeptList {
  /** What was asked for: every option that changes the answer, our version, who asked. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Environment variables that were read; null: not set. */
  readonly variables: Readonly<Record<string, string | null>>;
  /** Why this list is not to be believed; null: nothing is against it. */
  readonly doubt: string | null;
  /** Places that were looked at, and what was there, by turns. */
  readonly places: readonly string[];
  /** Links among them, and where they lead, by turns. */
  readonly links: readonly string[];
  /** Folders and files of the overrides as they were left, by turns with their paths, which are relative to them. */
  readonly left: readonly string[];
  readonly answer: KeptAnswer;
}

const SCHEMA = 'launchbench.reuse/1';

/** The list as a file. */
export function formatKeptList(kept: KeptList): string {
  const body = JSON.stringify(kept);
  return `${JSON.stringify({ schema: SCHEMA, sha256: sha256(body) })}\n${body}\n`;
}

/**
 * Reads such a file.
 *
 * @throws FormatError when it is none, or not as it was written.
 */
export function parseKeptList(file: string): KeptList {
  const lineEnd = file.indexOf('\n');
  const { schema, sha256: digest } = members(parseJson(file.slice(0, Math.max(lineEnd, 0))));
  if (schema !== SCHEMA) throw new FormatError(`its format is not ${SCHEMA}`);
  const body = file.slice(lineEnd + 1, -1);
  if (sha256(body) !== digest) throw new FormatError('it is not as it was written');
  const { inputs, variables, doubt, places, links, left, answer } = members(parseJson(body));
  return {
    inputs: record(inputs, text),
    variables: record(variables, textOrNull),
    doubt: textOrNull(doubt),
    places: list(places, text),
    links: list(links, text),
    left: list(left, text),
    answer: readKeptAnswer(answer),
  };
}

function sha256(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new FormatError('it is cut short or damaged', { cause });
  }
}
