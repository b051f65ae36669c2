import { answerOf } from './headline.ts';
import { formatPercent, METRIC_NAMES } from '../format-numbers.ts';
import { plural } from '../../plural.ts';
import { details, heading, list, text, type Block } from '../blocks.ts';
import type { ResultsDocument } from '../document.ts';
import { missingShardsSentences } from '../missing-shards.ts';
import { environmentLine, runLine } from './environment.ts';
import { measuredTable, type TableShape } from './measured-table.ts';
import { toolsTable } from './tools-table.ts';
import { confidenceSentence, modelBlocks, modelErrorSentences, modelledTable } from './modelled.ts';
import {
  emulationSentences,
  emulatorLine,
  nullControlSentence,
  overallSentences,
  purposeLines,
} from './sentences.ts';
import { warningWords } from '../warning-words.ts';
import type { Warning } from '../../analysis/warnings.ts';
import type { Analysis, EmulationAnalysis, ScenarioAnalysis } from '../../analysis/analysis.ts';
import type { Results } from '../../results/results.ts';

/** What one run found out, as blocks: scenario by scenario, measured and modelled in separate tables. */
export function composeResults(document: ResultsDocument, shape: TableShape): readonly Block[] {
  const { analysis } = document;
  return [
    ...missingShardsSentences(document).map((sentence) => text(sentence, 'warning')),
    ...headlines(analysis),
    text(runLine(analysis.results), 'plain'),
    text(environmentLine(analysis.results.fingerprint), 'muted'),
    ...runWarnings(analysis.results).map((warning) => text(warning, 'warning')),
    ...analysis.scenarios.flatMap((scenario) => scenarioBlocks(scenario, analysis.results, shape)),
    ...modelBlocks(analysis.scenarios),
    ...list(
      'Over all scenarios: geometric means, bootstrap intervals, for information',
      overallSentences(analysis),
    ),
  ];
}

/** The answers before anything else; of several scenarios each with its name. */
function headlines({ scenarios }: Analysis): readonly Block[] {
  return scenarios.flatMap((analysis) => {
    const answer = answerOf(analysis);
    if (answer === null) return [];
    const name = scenarios.length > 1 ? `${analysis.scenario.name}: ` : '';
    return [text(`${name}${answer}`, 'strong')];
  });
}

/** What the reader must know about the run as a whole; what touches one scenario is among its warnings. */
export function runWarnings({ run, shard }: Results): readonly string[] {
  return [
    ...(run.mode === 'counts-only' ? ['Launches were counted; nothing was timed.'] : []),
    ...(shard === null ? [] : [`This is shard ${shard.index} of ${shard.count} of the run.`]),
  ];
}

function scenarioBlocks(analysis: ScenarioAnalysis, results: Results, shape: TableShape): readonly Block[] {
  const { scenario, emulations, modelled, warnings } = analysis;
  return [
    heading(1, scenario.name),
    ...(scenario.description === null ? [] : [text(scenario.description)]),
    text(whatWasRun(analysis, results), 'muted'),
    ...emulations.flatMap((emulation) => emulationBlocks(emulation, analysis, shape)),
    ...modelled.flatMap((model) => [
      heading(2, `${model.emulation} (MODELLED, no emulator was executed)`),
      modelledTable(model),
      text(`${confidenceSentence(model, analysis)} Parameters and source stand under "Models".`, 'muted'),
      ...modelErrorSentences(model, analysis).map((sentence) => text(sentence)),
    ]),
    ...warningBlocks(warnings),
    ...list('Notes', [...nullControlSentence(analysis), ...scenario.notes]),
  ];
}

/** What is known of the machine is one line that unfolds: the same few findings stand in every report from it. */
export function warningBlocks(warnings: readonly Warning[]): readonly Block[] {
  const machine = warnings.filter((warning) => isAboutTheMachine(warning));
  const others = warnings.filter((warning) => !isAboutTheMachine(warning));
  return [
    ...list('Warnings', others.map(warningWords), 'warning'),
    ...details(
      machineLine(machine),
      list('Warnings about the machine', machine.map(warningWords), 'warning'),
      'warning',
    ),
  ];
}

/** `Machine: cpu-pressure 31 %`: all that was found about it, in a line. */
export function machineLine(warnings: readonly Warning[]): string {
  return `Machine: ${warnings.filter(isAboutTheMachine).map(machineWords).join(', ') || 'quiet'}`;
}

function isAboutTheMachine({ kind }: Warning): boolean {
  return kind === 'noise' || kind === 'timed-without-helper';
}

/** `cpu-pressure 31 %`; a finding that takes a verdict away says from what. */
function machineWords(warning: Warning): string {
  if (warning.kind !== 'noise') return 'timed without the helper';
  const { id, found, disqualifies } = warning;
  const taken = disqualifies.map((metric) => METRIC_NAMES[metric]).join(' and ');
  return `${id} ${found.at(-1)?.value ?? ''}${taken === '' ? '' : ` (no ${taken} verdict)`}`;
}

/** Drivers, architectures, rounds: the setting of a scenario in one line. */
export function whatWasRun({ scenario }: ScenarioAnalysis, { run }: Results): string {
  const classes = Object.entries(scenario.drivers)
    .filter(([, count]) => count > 0)
    .sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1));
  const total = classes.reduce((sum, [, count]) => sum + count, 0);
  const drivers = `${plural(total, 'driver')} (${classes.map(([name, count]) => `${count} ${name}`).join(', ')})`;
  const { rounds, warmup, precision } = scenario.sampling;
  const sampling =
    run.mode === 'counts-only'
      ? 'counted only'
      : `${plural(rounds, 'round')} after ${warmup} of warm-up, file cache ${run.cache}` +
        (precision === null ? '' : `, until every interval is within ${formatPercent(precision)}`);
  return [
    shortSource(scenario.source),
    ...(total === 0 ? [] : [drivers]),
    ...(scenario.architectures.length === 0 ? [] : [scenario.architectures.join(', ')]),
    sampling,
  ].join('; ');
}

/** A bundled scenario's name is its heading; of a path its last parts tell which file it was. */
function shortSource(source: string): string {
  if (source.startsWith('bundled:')) return 'bundled scenario';
  if (source.startsWith('bench:')) return 'command line';
  if (source.startsWith('replay:')) return 'recording';
  const parts = source.split('/');
  return parts.length > 3 ? `…/${parts.slice(-2).join('/')}` : source;
}

function emulationBlocks(
  emulation: EmulationAnalysis,
  analysis: ScenarioAnalysis,
  shape: TableShape,
): readonly Block[] {
  return [
    heading(2, emulation.emulation),
    ...emulatorLine(emulation).map((emulator) => text(emulator, 'muted')),
    measuredTable(emulation, shape),
    ...toolsTable(emulation),
    ...list(
      `Launches by ${emulation.rowWord === 'command' ? 'executable' : 'purpose'}`,
      purposeLines(emulation),
    ),
    ...emulationSentences(emulation, analysis).map((sentence) => text(sentence, 'muted')),
  ];
}
