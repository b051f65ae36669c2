import { UsageError } from '../errors.ts';
import { notOneOf } from '../nearest.ts';
import type { DocumentKind, ReportDocument } from '../reporters/document.ts';
import { REPORTERS, renderReport, reportersFor, type ReporterName } from '../reporters/reporters.ts';
import type { TextOption, WordList } from './command.ts';
import type { World } from './world.ts';

/** One report that is wanted: a format, and the file it goes to; null: standard output. */
export interface Target {
  /** What is shown; with `json` and `jsonl`, of a trace all of it. */
  readonly kind: DocumentKind;
  readonly format: ReporterName;
  readonly file: string | null;
  /** Whether nobody else may read that file. */
  readonly isSecret?: boolean;
}

/** The option `--format`, for a command that shows such documents. */
export function formatOption(kind: DocumentKind) {
  const words = reportersFor(kind);
  return {
    type: 'string',
    placeholder: 'NAME[=FILE]',
    describe: 'How to show it, and where; without a file, on standard output',
    multiple: true,
    completes: { words },
  } as const satisfies TextOption;
}

/** What those formats are for, in the order of the table. */
export function formatWords(kind: DocumentKind): WordList {
  const meanings = reportersFor(kind).map((name): [string, string] => [name, REPORTERS[name].summary]);
  return { title: 'Formats', meanings: Object.fromEntries(meanings) };
}

/**
 * Takes the values of `--format` apart. Without any, a table goes to standard output, or JSON with `--json`.
 *
 * @throws UsageError for a format that there is not, and for two that would share one place.
 */
export function parseTargets(
  kind: DocumentKind,
  { format: given, json }: { readonly format: readonly string[]; readonly json: boolean },
): readonly Target[] {
  const targets = given.map((word) => parseTarget(kind, word));
  const shown = targets.filter(({ file }) => file === null);
  if (json && shown.some(({ format }) => format !== 'json')) {
    throw new UsageError('--json and --format: only one of them can write to standard output', {
      hint: 'Send the other one to a file, as in --format html=report.html, or leave --json out.',
    });
  }
  const all: readonly Target[] =
    shown.length > 0 ? targets : [...targets, { kind, format: json ? 'json' : 'table', file: null }];
  const places = all.map(({ file }) => file ?? 'standard output');
  const shared = places.find((place, index) => places.indexOf(place) !== index);
  if (shared !== undefined) {
    throw new UsageError(`--format: two reports would go to ${shared}`, {
      hint: 'Give each but one a file of its own, as in --format html=report.html.',
    });
  }
  return all;
}

function parseTarget(kind: DocumentKind, word: string): Target {
  const [, name = '', file = null] = /^([^=]*)(?:=(.*))?$/su.exec(word) ?? [];
  const format = reportersFor(kind).find((known) => known === name);
  if (format === undefined) {
    throw new UsageError(`--format: ${notOneOf(reportersFor(kind), name)}`);
  }
  if (file === null && REPORTERS[format].isBinary) {
    throw new UsageError(
      `--format ${format}: it is no text; name a file, as in ${format}=trace${REPORTERS[format].extension}`,
    );
  }
  if (file === '') throw new UsageError(`--format ${word}: the name of the file is missing after "="`);
  return { kind, format, file };
}

/**
 * Sees, before anything is read or measured, that no report would be written over what a command reads or keeps.
 *
 * @throws UsageError
 */
export async function refuseToReplace(
  targets: readonly Target[],
  kept: readonly (string | undefined)[],
  { files }: Pick<World, 'files'>,
): Promise<void> {
  const names = kept.filter((name) => name !== undefined);
  for (const { kind, format, file } of targets) {
    const isTrace = kind === 'trace' && (format === 'json' || format === 'jsonl');
    if (file !== null) await files.refuseToReplace(file, names, isTrace);
  }
}

/** Renders every report before the first one is written, then writes the files, then standard output. */
export async function writeReports(
  targets: readonly Target[],
  document: ReportDocument,
  { terminal, verbose, files, write, detail }: World,
): Promise<void> {
  const rendered = await Promise.all(
    targets.map(async ({ format, file, isSecret = false }) => {
      const whole = { color: false, width: Infinity, unicode: true };
      const options = { ...terminal, verbose, ...(file !== null && whole) };
      const content =
        (await REPORTERS[format].renderBytes(document)) ??
        endLine(await renderReport(format, document, options));
      return { file, content, isSecret };
    }),
  );
  for (const { file, content, isSecret } of rendered) {
    if (file === null) continue;
    await files.write(file, content, isSecret);
    detail(`Wrote ${file}`);
  }
  for (const { file, content } of rendered) {
    if (file === null && typeof content === 'string') write(content);
  }
}

/** A text without it would share its last line with whatever is written next. */
function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
