import type { Finding } from './finding.ts';

/** First of all, so that every format begins with it. */
export function aboutMissingShards(shards: readonly number[], of: string | null = null): Finding {
  return {
    rule: 'coverage',
    level: 'warn',
    outcome: 'inconclusive',
    scenario: '*',
    row: '*',
    tool: null,
    emulation: '*',
    expected: `all shards of ${of ?? 'the run'}`,
    found: `shards that are missing: ${shards.join(', ')}`,
    newLaunches: [],
    reproduce: null,
    accept: null,
    location: null,
  };
}
