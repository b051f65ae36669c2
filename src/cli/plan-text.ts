import { isDeepStrictEqual } from 'node:util';
import type { Enumeration } from '../core/editions/edition.ts';
import type { StrategyName } from '../core/overrides/strategies.ts';
import { type CaptureCall, PURPOSES } from '../core/planning/plan.ts';
import type { Tuple } from '../core/sysroot/architectures.ts';
import { plural } from '../plural.ts';
import { cell, figures, words, type Block } from '../reporters/blocks.ts';
import { terminalText } from '../reporters/terminal-text.ts';
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

/** What finding the drivers of one architecture by launches would have cost upstream. */
export interface ForeseenEnumeration extends Enumeration {
  readonly arch: Tuple;
}

/** How plans are shown. */
export interface PlanTextOptions {
  readonly terminal: Terminal;
  /** Show all patterns of a call, those that every main call begins with too. */
  readonly inFull: boolean;
  /** How many patterns every main call begins with. */
  readonly basePatterns: number;
}

/**
 * What strategies would do, for people: all of them side by side, and what upstream would have launched before the
 * first of them. The calls follow where one strategy was asked for, or everything: those of all fill many screens.
 */
export async function formatPlans(
  plans: readonly ForeseenStrategy[],
  enumeration: readonly ForeseenEnumeration[],
  options: PlanTextOptions,
): Promise<string> {
  const paint = await createPaint(options.terminal.color);
  const comparison = await drawTerminal([compareStrategies(plans)], options.terminal);
  const details =
    options.inFull || plans.length === 1
      ? plans.map((plan, index) => formatCalls(plan, plans.slice(0, index), options, paint))
      : ['With --strategy NAME, the calls of one; with -v, those of all, and every pattern.\n'];
  return [comparison, formatEnumeration(enumeration), ...details].join('\n');
}

/** For information: launchbench finds drivers without launching anything. */
function formatEnumeration(enumeration: readonly ForeseenEnumeration[]): string {
  return [
    'pressure-vessel would also have launched, to find the drivers:',
    ...enumeration.map(({ arch, captureTool, printLdSo, inspectLibrary, timeout }) => {
      const inspected = inspectLibrary === 0 ? '' : `; inspect-library ${inspectLibrary}`;
      const limited = timeout === 0 ? '' : `; timeout ${timeout}`;
      const asked = printLdSo === 0 ? '' : `, ${printLdSo} of them for --print-ld.so`;
      return `  ${arch}: the capture tool ${captureTool + printLdSo}${asked}${inspected}${limited}`;
    }),
    '',
  ].join('\n');
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
  options: PlanTextOptions,
  paint: Paint,
): string {
  const heading = paint(
    `${strategy}: ${plural(captureCalls.length, 'capture call')}, ${plural(launches, 'launch', 'launches')}`,
    'strong',
  );
  const same = shown.find((other) => isDeepStrictEqual(other.captureCalls, captureCalls));
  const calls =
    same === undefined
      ? captureCalls.flatMap((call) => formatCall(call, options, paint))
      : [`  the same as ${same.strategy}`];
  return [heading, ...calls, ''].join('\n');
}

function formatCall(
  { arch, purpose, dest, patterns }: CaptureCall,
  { inFull, basePatterns, terminal }: PlanTextOptions,
  paint: Paint,
): readonly string[] {
  const isFolded = !inFull && purpose === 'main';
  const shown = isFolded ? patterns.slice(basePatterns) : patterns;
  const folded = isFolded ? [`(${basePatterns} patterns that every main call begins with)`] : [];
  return [
    `  ${purpose} of ${arch} into ${dest === '.' ? 'libdir' : terminalText(dest, terminal)}`,
    ...[...folded, ...shown].map((pattern) => paint(`    ${terminalText(pattern, terminal)}`, 'muted')),
  ];
}
