import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { groupBy } from '../group-by.ts';
import { FormatError } from '../errors.ts';
import type { HistoryEntry } from '../reporters/document.ts';
import { analyse } from '../analysis/analysis.ts';
import { mergeResults } from '../results/merge.ts';
import type { NamedResults } from '../results/results.ts';
import { readText } from '../results/read-text.ts';

/**
 * Reads all results files of a folder, oldest run first. Shards of one run become one entry. Other JSON
 * files may lie beside them, but a results file that cannot be read is an error: a trend with a hole in it
 * would mislead.
 *
 * @throws FormatError when the folder holds no results file, or one that cannot be used.
 */
export async function loadHistory(folder: string, margin: number): Promise<readonly HistoryEntry[]> {
  const { parseResults } = await import('../results/results.ts');
  const inputs: NamedResults[] = [];
  for (const file of await jsonFiles(folder)) {
    const path = join(folder, file);
    const text = await readText(path, 'results file');
    if (text.includes('"launchbench.results/')) inputs.push({ file, results: parseResults(text, path) });
  }
  if (inputs.length === 0) {
    throw new FormatError(`${folder}: no results file in this folder`, {
      hint: '`launchbench run --output FOLDER/NAME.json` writes one.',
    });
  }
  // A whole run stands alone even when a copy of it lies beside it.
  return [...groupBy(inputs, ({ file, results }) => results.shard?.run ?? file).values()]
    .map((run) => ({
      label: run.map(({ file }) => file).join(' + '),
      analysis: analyse(mergeResults(run, { partial: true }), margin),
    }))
    .sort((a, b) => startOf(a) - startOf(b));
}

async function jsonFiles(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  } catch (cause) {
    throw new FormatError(`${folder}: cannot list this folder`, { cause });
  }
}

function startOf({ analysis }: HistoryEntry): number {
  return Date.parse(analysis.results.run.startedAt);
}
