import { isDeepStrictEqual } from 'node:util';
import type { StrategyName } from '../core/overrides/strategies.ts';
import { BASE_PATTERNS } from '../core/planning/base-patterns.ts';
import { type CaptureCall, PURPOSES } from '../core/planning/plan.ts';
import { plural } from '../plural.ts';
import { escapeTerminal } from '../reporters/escape.ts';

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
export function formatPlans(plans: readonly ForeseenStrategy[], { inFull }: { inFull: boolean }): string {
  const parts = plans.map((plan, index) => formatCalls(plan, plans.slice(0, index), inFull));
  return [formatComparison(plans), ...parts].join('\n\n') + '\n';
}

/** A row for each strategy: launches, patterns, and the calls by purpose. */
function formatComparison(plans: readonly ForeseenStrategy[]): string {
  const purposes = PURPOSES.filter((purpose) =>
    plans.some(({ captureCalls }) => captureCalls.some((call) => call.purpose === purpose)),
  );
  const header = ['strategy', 'launches', 'calls', 'patterns', ...purposes];
  const rows = plans.map(({ strategy, launches, patterns, captureCalls }) => [
    strategy,
    ...[launches, captureCalls.length, patterns].map(String),
    ...purposes.map((purpose) => String(captureCalls.filter((call) => call.purpose === purpose).length)),
  ]);
  return formatColumns([header, ...rows]);
}

function formatCalls(
  { strategy, captureCalls, launches }: ForeseenStrategy,
  shown: readonly ForeseenStrategy[],
  inFull: boolean,
): string {
  const heading = `${strategy}: ${plural(captureCalls.length, 'capture call')}, ${plural(launches, 'launch', 'launches')}`;
  const same = shown.find((other) => isDeepStrictEqual(other.captureCalls, captureCalls));
  if (same !== undefined) return `${heading}\n  the same as ${same.strategy}`;
  return [heading, ...captureCalls.flatMap((call) => formatCall(call, inFull))].join('\n');
}

function formatCall({ arch, purpose, dest, patterns }: CaptureCall, inFull: boolean): readonly string[] {
  const isFolded = !inFull && purpose === 'main';
  const shown = isFolded ? patterns.slice(BASE_PATTERNS.length) : patterns;
  const folded = isFolded ? [`(${BASE_PATTERNS.length} patterns that every main call begins with)`] : [];
  return [
    `  ${purpose} of ${arch} into ${dest === '.' ? 'libdir' : escapeTerminal(dest)}`,
    ...[...folded, ...shown].map((pattern) => `    ${escapeTerminal(pattern)}`),
  ];
}

/** Columns of text, numbers to the right. */
function formatColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
