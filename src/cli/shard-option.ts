import { UsageError } from '../errors.ts';
import type { Shard } from '../results/results.ts';

/** Variables in which CI services keep what all jobs of one run have in common. */
const RUN_VARIABLES = [
  'GITHUB_RUN_ID',
  'CI_PIPELINE_ID',
  'BUILDKITE_BUILD_ID',
  'CIRCLE_WORKFLOW_ID',
] as const;

/**
 * Reads `--shard 2/3`: the second of three parts of a run.
 *
 * @throws UsageError when it is not of that form, or nothing says which run the parts belong to.
 */
export function parseShard(
  text: string,
  runId: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Shard {
  const [, index = NaN, count = NaN] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (!(index >= 1 && index <= count)) {
    throw new UsageError(`--shard: expected I/N with I from 1 to N, found "${text}"`, {
      hint: 'For example --shard 2/3 for the second of three parts.',
    });
  }
  const run = runId ?? RUN_VARIABLES.map((name) => env[name]).find((value) => value !== undefined);
  if (run === undefined) {
    throw new UsageError('--shard: nothing says which run the parts belong to', {
      hint: 'Give all parts the same --run-id, e.g. the number of the CI pipeline.',
    });
  }
  return { index, count, run };
}
