import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Baseline, ReadBaselineOptions } from './baseline.ts';
import { formatResults } from './format-results.ts';
import { readText } from './read-text.ts';
import type { Results } from './results.ts';
import type { Trace } from './trace.ts';
import { prepareNewFile, writeFile } from './write-file.ts';

/**
 * Writes a results file into a folder under a name of its own: time, scenario, digest of the content,
 * platform and shard, so that files from different machines never meet under one name.
 *
 * @returns the path written
 */
export async function writeResults(folder: string, results: Results): Promise<string> {
  const text = formatResults(results);
  const name = resultsFileName(results, createHash('sha256').update(text).digest('hex'));
  const path = join(folder, name);
  await writeFile(path, text, { over: 'nothing' });
  return path;
}

/**
 * Looks, before minutes are spent on a run, whether its results can be written: makes their folder, and with a
 * path of the user's own sees that the name is free.
 *
 * @param path - what the user named; null: `folder` gets a file with a name of its own
 * @throws UsageError when the file exists already: results are never overwritten
 * @throws EnvironmentError when the folder cannot be made or written to
 */
export async function prepareForResults(folder: string, path: string | null): Promise<void> {
  await prepareNewFile(path ?? join(folder, `${randomUUID()}.json`));
}

/**
 * Writes a results file under the name that the user gave it.
 *
 * @throws UsageError when the file exists already
 */
export async function writeResultsTo(path: string, results: Results): Promise<void> {
  await writeFile(path, formatResults(results), { over: 'nothing' });
}

/**
 * Reads a results file.
 *
 * @throws FormatError when it cannot be read or believed
 */
export async function readResults(path: string): Promise<Results> {
  const { parseResults } = await import('./results.ts');
  return parseResults(await readText(path, 'results file'), path);
}

/**
 * Reads a trace.
 *
 * @throws FormatError when it cannot be read or believed
 */
export async function readTrace(path: string): Promise<Trace> {
  const { parseTrace } = await import('./trace-file.ts');
  return parseTrace(await readText(path, 'trace'), path);
}

/** What `compare` compares. */
export type Comparable =
  { readonly kind: 'results'; readonly results: Results } | { readonly kind: 'trace'; readonly trace: Trace };

/**
 * Reads a results file or a trace, whichever it is.
 *
 * @throws FormatError when it cannot be read or believed
 */
export async function readComparable(path: string): Promise<Comparable> {
  const text = await readText(path, 'results file or trace');
  // Named first where trace wrote it, last where its keys were sorted.
  if (/"schema":\s*"launchbench\.trace\//.test(text.slice(0, 1000) + text.slice(-1000))) {
    const { parseTrace } = await import('./trace-file.ts');
    return { kind: 'trace', trace: parseTrace(text, path) };
  }
  const { parseResults } = await import('./results.ts');
  return { kind: 'results', results: parseResults(text, path) };
}

/**
 * Reads a committed baseline, to judge by it or to renew it.
 *
 * @throws FormatError when it cannot be read
 */
export async function readBaseline(path: string, options: ReadBaselineOptions = {}): Promise<Baseline> {
  const { parseBaseline } = await import('./baseline.ts');
  const hint =
    'Name a committed baseline, or make this one from the results: the same command with --update.';
  return parseBaseline(await readText(path, 'baseline', hint), path, options);
}

/** Writes a baseline, over the old one if there is one: it is under version control. */
export async function writeBaseline(path: string, baseline: Baseline): Promise<void> {
  const { formatBaseline } = await import('./baseline.ts');
  await writeFile(path, formatBaseline(baseline), { over: 'file' });
}

/** e.g. `20261122T120000Z-mesa-desktop-1f2e3d4c-debian-gnu-linux-12-x86_64-shard-1-of-3.json` */
export function resultsFileName({ run, scenarios, fingerprint, shard }: Results, digest: string): string {
  const [first, ...others] = scenarios;
  const parts = [
    run.startedAt.replace(/\.\d+/, '').replace(/[^\dTZ]/g, ''),
    (first?.name ?? 'nothing') + (others.length > 0 ? `+${others.length}` : ''),
    digest.slice(0, 8),
    fingerprint.os,
    fingerprint.machine,
    ...(shard ? [`shard-${shard.index}-of-${shard.count}`] : []),
  ];
  return `${parts.map(asFileName).join('-')}.json`;
}

/** At most 60 characters of those that no file system and no shell minds. */
function asFileName(part: string): string {
  return part
    .replace(/[^\w.+]+/g, '-')
    .replace(/^[-.]+|-+$/g, '')
    .slice(0, 60);
}
