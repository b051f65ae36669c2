import { decidedWord, ratioOf } from '../../analysis/cell-analysis.ts';
import type {
  AgainstReference,
  CellAnalysis,
  RatioEstimate,
  ScenarioAnalysis,
  VerdictWord,
} from '../../analysis/analysis.ts';
import { nameOfRow } from '../../results/cell-name.ts';
import { isOfCommands } from '../../results/cells.ts';
import { type Metric, METRICS } from '../../results/sample-figures.ts';
import { plural } from '../../plural.ts';
import { formatFactor, formatMs, isClaim, launchesInWords, METRIC_NAMES } from '../format-numbers.ts';

/** What may be claimed of CPU time. */
export interface CpuClaim {
  readonly word: 'faster' | 'slower' | 'same';
  readonly ratio: RatioEstimate;
}

/** The answer of a scenario in short: where the launches went, and what that did to CPU time. */
export interface Headline {
  readonly emulation: string;
  readonly reference: string;
  readonly best: string;
  /** null: they are not known. */
  readonly launches: { readonly from: number; readonly to: number } | null;
  /** Only what may be claimed; null while nothing is decided, or nothing was timed. */
  readonly cpu: CpuClaim | null;
  /** Why nothing may be claimed of CPU time that was judged; null where something may, and where nothing was judged. */
  readonly undecided: 'inconclusive' | 'too noisy' | null;
}

/**
 * The reference against the row that launches least, in the first emulation; of those that launch equally often the
 * first that is faster. Where tools are compared, the reference against the same row of the next tool. null where
 * there is nothing to compare.
 */
export function headlineOf({ emulations: [first] }: ScenarioAnalysis): Headline | null {
  const usable = first?.cells.filter(({ claim }) => claim.kind !== 'void') ?? [];
  const reference = usable.find(({ isReference }) => isReference);
  if (first === undefined || reference === undefined) return null;
  const { row, tool } = reference.cell;
  const otherTool = usable.find(({ cell }) => cell.row === row && cell.tool !== tool);
  const best = otherTool ?? leastOf(usable.filter(({ isReference }) => !isReference));
  if (best === null) return null;
  const { against, acrossTools } = best.times?.cpu ?? {};
  const judged = otherTool === undefined ? against : acrossTools;
  return {
    emulation: first.emulation,
    reference: nameOfRow(reference.cell),
    best: nameOfRow(best.cell),
    launches: launchesFrom(reference.cell.counts.launches, best.cell.counts.launches),
    cpu: claimOn(judged),
    undecided: judged?.kind === 'judged' ? UNDECIDED[judged.verdict.word] : null,
  };
}

/** Verdicts that leave something open, in words. */
const UNDECIDED = {
  inconclusive: 'inconclusive',
  'too-noisy': 'too noisy',
  ...{ faster: null, slower: null, same: null, void: null },
} as const satisfies Record<VerdictWord, Headline['undecided']>;

function launchesFrom(from: number | null, to: number | null): Headline['launches'] {
  return from === null || to === null ? null : { from, to };
}

function leastOf(cells: readonly CellAnalysis[]): CellAnalysis | null {
  const launches = ({ cell }: CellAnalysis): number => cell.counts.launches ?? 0;
  const [least = null] = cells.toSorted((a, b) => launches(a) - launches(b) || cpuFactor(b) - cpuFactor(a));
  return least;
}

function cpuFactor({ times }: CellAnalysis): number {
  return claimOn(times?.cpu.against)?.ratio.estimate ?? 0;
}

function claimOn(against: AgainstReference | null | undefined): Headline['cpu'] {
  if (!against) return null;
  const ratio = ratioOf(against);
  const word = decidedWord(against);
  return ratio === null || word === null || !isClaim(ratio) ? null : { word, ratio };
}

/** What a scenario came to, in a sentence; null where there is nothing that could be compared. */
export function answerOf(analysis: ScenarioAnalysis): string | null {
  const headline = headlineOf(analysis);
  return headline === null ? aloneSentence(analysis) : headlineSentence(headline);
}

/** What a command that was measured alone came to: `3 launches, 1 fork, CPU 20.1 ms, wall 21.0 ms (start, native)`. */
function aloneSentence({ scenario, emulations }: ScenarioAnalysis): string | null {
  const [found, ...others] = emulations.flatMap(({ cells }) => cells);
  if (found === undefined || others.length > 0 || !isOfCommands(scenario) || found.claim.kind === 'void') {
    return null;
  }
  const { cell, times } = found;
  const { launches, forks } = cell.counts;
  const median = (metric: Metric): readonly string[] => {
    const summary = times?.[metric].summary ?? null;
    return summary === null ? [] : [`${METRIC_NAMES[metric]} ${formatMs(summary.medianMs)}`];
  };
  const parts = [
    launchesInWords(launches),
    ...(forks === null ? [] : [plural(forks, 'fork')]),
    ...METRICS.flatMap(median),
  ];
  return `${parts.join(', ')} (${nameOfRow(cell)}, ${cell.emulation})`;
}

/** `46 → 0 launches, 61× less CPU time (per-driver → in-process, native)`. */
function headlineSentence(headline: Headline): string {
  const { launches, cpu, undecided, reference, best, emulation } = headline;
  const parts = [
    ...(launches === null ? [] : [launchWords(launches)]),
    ...(cpu === null
      ? []
      : [
          cpuWords(cpu)
            .filter((part) => part !== null)
            .join('× '),
        ]),
    ...(undecided === null ? [] : [`CPU time ${undecided}`]),
  ];
  const said = parts.length === 0 ? 'Nothing is decided' : parts.join(', ');
  return `${said} (${reference} → ${best}, ${emulation})`;
}

function launchWords({ from, to }: NonNullable<Headline['launches']>): string {
  return from === to ? `${plural(from, 'launch', 'launches')} each` : `${from} → ${to} launches`;
}

/** `61×` and `less CPU time`; no factor where nothing changed. */
export function cpuWords({ word, ratio }: CpuClaim): readonly [factor: string | null, words: string] {
  switch (word) {
    case 'faster':
      return [formatFactor(ratio.estimate), 'less CPU time'];
    case 'slower':
      return [formatFactor(1 / ratio.estimate), 'more CPU time'];
    case 'same':
      return [null, 'the same CPU time'];
  }
}
