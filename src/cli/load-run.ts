import { DEFAULT_MARGIN } from '../statistics/verdict.ts';
import { mergeResults } from '../results/merge.ts';
import type { Results } from '../results/results.ts';
import { readResults } from '../results/store.ts';
import type { NumberOption } from './command.ts';

/**
 * Reads the results files that a user named and merges them when they are shards of one run.
 *
 * @throws FormatError when one cannot be used, or when they do not belong together.
 */
export async function loadRun(
  paths: readonly string[],
  { partial }: { readonly partial: boolean },
): Promise<Results> {
  const inputs = await Promise.all(paths.map(async (file) => ({ file, results: await readResults(file) })));
  return mergeResults(inputs, { partial });
}

/** The option `--margin`, for every command that shows verdicts. */
export const marginOption = {
  type: 'number',
  placeholder: 'RATIO',
  describe: 'Differences below this are called "same"',
  min: 0,
  max: 1,
  default: DEFAULT_MARGIN,
} as const satisfies NumberOption;

/** The option `--partial`, for every command that merges shards. */
export const partialOption = {
  type: 'boolean',
  describe: 'Go on when shards of the run are missing, and say so everywhere',
} as const;
