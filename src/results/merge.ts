import { FormatError } from '../errors.ts';
import { mergeFingerprints, refuseOtherTools } from './merge-fingerprints.ts';
import type { NamedResults, Results, Shard } from './results.ts';
import { gatherShards } from './shard.ts';

/** How strict a merge is. */
export interface MergeOptions {
  /** Allows missing shards; the merge then says so wherever it is shown. */
  readonly partial?: boolean | undefined;
}

/**
 * The shards of one run as one: what the run would have written unsharded. A single file that is no shard
 * passes through.
 *
 * @throws FormatError when they are not the shards of one run, each of them once: different runs, tools,
 *   seeds or scenarios, a shard twice, or one missing without `partial`
 */
export function mergeResults(
  inputs: readonly NamedResults[],
  { partial = false }: MergeOptions = {},
): Results {
  const [first, ...rest] = inputs;
  if (first === undefined) throw new FormatError('no results file was given');
  if (rest.length === 0 && first.results.shard === null) {
    if (first.results.missingShards !== undefined && !partial) {
      throw new FormatError(
        `${first.file}: not the whole run: ${list(first.results.missingShards)} missing`,
        { hint: 'Give --partial to go on without them.' },
      );
    }
    return first.results;
  }

  const shards = inputs.map(asShard).sort((a, b) => a.shard.index - b.shard.index);
  for (const other of rest) refuseDifferences(first, other);
  refuseOtherTools(shards);
  refuseDuplicates(shards);
  const missing = missingShards(shards);
  if (missing.length > 0 && !partial) {
    const { count, run } = shards[0]?.shard ?? { count: 0, run: '' };
    throw new FormatError(`of the ${count} shards of run ${run}, ${list(missing)} missing`, {
      hint: 'Give the files of all shards, or --partial to go on without them.',
    });
  }
  return combine(
    shards.map(({ results }) => results),
    missing,
  );
}

/** A file that is known to be a shard. */
interface NamedShard extends NamedResults {
  readonly shard: Shard;
}

function asShard(input: NamedResults): NamedShard {
  const { shard } = input.results;
  if (shard === null) {
    throw new FormatError(
      `${input.file}: a whole run, not a shard of one: it cannot be merged with other files`,
      {
        hint: '`launchbench compare BASE HEAD` compares two runs.',
      },
    );
  }
  if (shard.index > shard.count) {
    throw new FormatError(`${input.file}: says that it is shard ${shard.index} of ${shard.count}`);
  }
  return { ...input, shard };
}

/** What must be the same in all shards of one run, and what each of them says. */
const SAME_IN_ALL = {
  run: ({ shard, run }) => [shard?.run, run.id],
  'number of shards': ({ shard }) => shard?.count,
  'version of launchbench': ({ fingerprint }) => fingerprint.launchbench,
  mode: ({ run }) => run.mode,
  'file cache': ({ run }) => run.cache,
  seed: ({ run }) => run.seed,
} as const satisfies Record<string, (results: Results) => unknown>;

function refuseDifferences(first: NamedResults, other: NamedResults): void {
  for (const [what, said] of Object.entries(SAME_IN_ALL)) {
    const [a, b] = [JSON.stringify(said(first.results)), JSON.stringify(said(other.results))];
    if (a !== b) {
      throw new FormatError(
        `${other.file}: not of one run with ${first.file}: different ${what}, ${b} and ${a}`,
        {
          hint: 'Only shards of one run are merged; `launchbench compare` compares two runs.',
        },
      );
    }
  }
}

function refuseDuplicates(shards: readonly NamedShard[]): void {
  for (const [index, { file, shard, results }] of shards.entries()) {
    const earlier = shards.slice(0, index);
    const same = earlier.find((other) => other.shard.index === shard.index);
    if (same) {
      throw new FormatError(
        `${file}: shard ${shard.index} of ${shard.count} was given already, as ${same.file}`,
      );
    }
    for (const { name, digest } of results.scenarios) {
      for (const other of earlier) {
        const twin = other.results.scenarios.find((scenario) => scenario.name === name);
        if (!twin) continue;
        throw new FormatError(
          twin.digest === digest
            ? `${file}: the scenario ${name} is in ${other.file} already`
            : `${file}: the scenario ${name} is not the one in ${other.file}: different digests, ${digest} and ${twin.digest}`,
        );
      }
    }
  }
}

function missingShards(shards: readonly NamedShard[]): number[] {
  const count = shards[0]?.shard.count ?? 0;
  // A count is data from a file: never make a list of its length before comparing it with what is there.
  const given = new Set(shards.map(({ shard }) => shard.index));
  const missing: number[] = [];
  for (let index = 1; index <= count && missing.length < MOST_LISTED; index += 1) {
    if (!given.has(index)) missing.push(index);
  }
  return missing;
}

const MOST_LISTED = 1000;

function combine(shards: readonly Results[], missing: readonly number[]): Results {
  const [first] = shards;
  if (first === undefined) throw new FormatError('no results file was given');
  const runs = shards.map(({ run }) => run);
  return {
    ...first,
    run: {
      ...first.run,
      startedAt: runs
        .map(({ startedAt }) => startedAt)
        .reduce((a, b) => (Date.parse(b) < Date.parse(a) ? b : a)),
      complete: runs.every(({ complete }) => complete),
      droppedSamples: runs.reduce((total, { droppedSamples }) => total + droppedSamples, 0),
      argv: withoutShardOption(first.run.argv),
    },
    shard: null,
    scenarios: gatherShards(shards.map(({ scenarios }) => scenarios)),
    ...mergeFingerprints(first, shards),
    ...(missing.length > 0 ? { missingShards: missing } : {}),
  };
}

/** The command line of the whole run, not that of its first shard. */
function withoutShardOption(argv: readonly string[]): string[] {
  return argv.filter((argument, index) => !/^--shard(=|$)/.test(argument) && argv[index - 1] !== '--shard');
}

function list(indexes: readonly number[]): string {
  const shown = indexes.slice(0, 10).join(', ') + (indexes.length > 10 ? ', …' : '');
  return indexes.length === 1 ? `number ${shown} is` : `numbers ${shown} are`;
}
