import type { ReportDocument } from './document.ts';

/** Shards of a run that were not given, from 1. */
export interface MissingShards {
  /** The run, where a document is about several. */
  readonly of: string | null;
  readonly shards: readonly number[];
}

/** The runs of a document that are not whole. Every format says so before anything else. */
export function missingShardsIn(document: ReportDocument): readonly MissingShards[] {
  return runsIn(document).filter(({ shards }) => shards.length > 0);
}

/** `Not all of the run is here: shards 2, 3 are missing.`, `Not all of base.json is here: shard 2 is missing.` */
export function missingShardsSentences(document: ReportDocument): readonly string[] {
  return missingShardsIn(document).map(
    ({ of, shards }) => `Not all of ${of ?? 'the run'} is here: ${shardsAreMissing(shards)}.`,
  );
}

/** `shards 2, 3 are missing` */
export function shardsAreMissing(shards: readonly number[]): string {
  const one = shards.length === 1;
  return `${one ? 'shard' : 'shards'} ${shards.join(', ')} ${one ? 'is' : 'are'} missing`;
}

function runsIn(document: ReportDocument): readonly MissingShards[] {
  switch (document.kind) {
    case 'results':
      return [{ of: null, shards: document.analysis.results.missingShards ?? [] }];
    case 'comparison': {
      const { base, head } = document.comparison;
      return [base, head].map(({ label, missingShards }) => ({ of: label, shards: missingShards }));
    }
    case 'gate':
      return [{ of: null, shards: document.verdict.missingShards }];
    case 'history':
      return document.entries.map(({ label, analysis: { results } }) => ({
        of: label,
        shards: results.missingShards ?? [],
      }));
    case 'trace':
    case 'trace-comparison':
      return [];
  }
}
