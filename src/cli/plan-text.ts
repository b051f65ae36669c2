import { isDeepStrictEqual } from 'node:util';
import type { StrategyName } from '../core/overrides/strategies.ts';
import { BASE_PATTERNS } from '../core/planning/base-patterns.ts';
import { type CaptureCall, PURPOSES } from '../core/planning/plan.ts';
import { plural } from '../plural.ts';
import { cell, figures, words, type Block } from '../reporters/blocks.ts';
import { escapeTerminal } from '../reporters/escape.ts';
import { createPaint, type Paint } from '../reporters/paint.ts';
import { drawTerminal } from '../reporters/terminal.ts';
import type { Terminal } from './output.ts';

/** What one strategy would do. */
export interface ForeseenStrategy {
  readonly strategy: StrategyName;
  readonly captureCalls: readonly CaptureCall[];
  readonly launches: number;
  readonly patterns: number;
}

/**
 * What strategies would do, for people: all of them side by side, then the calls of each.
 *
 * @param inFull - show all patterns of a call, the 46 that every main call begins with too.
 */
export async function formatPlans(
  plans: readonly ForeseenStrategy[],
  { terminal, inFull }: { readonly terminal: Terminal; readonly inFull: boolean },
): Promise<string> {
  const { color, columns: width, unicode } = terminal;
  const paint = await createPaint(color);
  const comparison = await drawTerminal([compareStrategies(plans)], { color, width, unicode });
  const parts = plans.map((plan, index) => formatCalls(plan, plans.slice(0, index), inFull, paint));
  return [comparison, ...parts].join('\n');
}

/** A row for each strategy: launches, patterns, and the calls by purpose where there is room. */
function compareStrategies(plans: readonly ForeseenStrategy[]): Block {
  const purposes = PURPOSES.filter((purpose) =>
    plans.some(({ captureCalls }) => captureCalls.some((call) => call.purpose === purpose)),
  );
  return {
    kind: 'table',
    caption: null,
    columns: [
      words('strategy'),
      ...['launches', 'calls', 'patterns'].map((header) => figures(header)),
      ...purposes.map((purpose, index) => figures(purpose, purposes.length - index)),
    ],
    rows: plans.map(({ strategy, launches, patterns, captureCalls }) =>
      [
        strategy,
        launches,
        captureCalls.length,
        patterns,
        ...purposes.map((purpose) => captureCalls.filter((call) => call.purpose === purpose).length),
      ].map((content) => cell(content)),
    ),
  };
}

function formatCalls(
  { strategy, captureCalls, launches }: ForeseenStrategy,
  shown: readonly ForeseenStrategy[],
  inFull: boolean,
  paint: Paint,
): string {
  const heading = paint(
    `${strategy}: ${plural(captureCalls.length, 'capture call')}, ${plural(launches, 'launch', 'launches')}`,
    'strong',
  );
  const same = shown.find((other) => isDeepStrictEqual(other.captureCalls, captureCalls));
  const calls =
    same === undefined
      ? captureCalls.flatMap((call) => formatCall(call, inFull, paint))
      : [`  the same as ${same.strategy}`];
  return [heading, ...calls, ''].join('\n');
}

function formatCall(
  { arch, purpose, dest, patterns }: CaptureCall,
  inFull: boolean,
  paint: Paint,
): readonly string[] {
  const isFolded = !inFull && purpose === 'main';
  const shown = isFolded ? patterns.slice(BASE_PATTERNS.length) : patterns;
  const folded = isFolded ? [`(${BASE_PATTERNS.length} patterns that every main call begins with)`] : [];
  return [
    `  ${purpose} of ${arch} into ${dest === '.' ? 'libdir' : escapeTerminal(dest)}`,
    ...[...folded, ...shown].map((pattern) => paint(`    ${escapeTerminal(pattern)}`, 'muted')),
  ];
}
