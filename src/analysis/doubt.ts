import type { Metric } from '../results/sample-figures.ts';
import type { ScenarioResult } from '../results/results.ts';

/** Why the times of a scenario decide nothing, by metric; null where they can be trusted. */
export type Doubt = Readonly<Record<Metric, string | null>>;

/**
 * What takes the verdict from the times of a scenario. Processes that wait for a core take it from wall time
 * alone; stolen time, throttling and swapping from CPU time too; and a failed null control from every time
 * of the run. Our measurement specification, sections 5.4 and 7.3.
 */
export function doubtAbout({ noise }: ScenarioResult, nullControlFailed: boolean): Doubt {
  const because = (metric: Metric): string | null => {
    if (nullControlFailed) return 'null control failed';
    const found = noise.filter((finding) => finding.disqualifies.includes(metric));
    const named = new Set(found.map(({ id, value }) => `${id} ${value}`));
    return named.size === 0 ? null : [...named].join(', ');
  };
  return { cpu: because('cpu'), wall: because('wall') };
}
