import { formatPercent, plural, QUICK_LABEL } from '../figures.ts';
import { heading, list, text } from '../blocks.ts';
import type { Block } from '../blocks.ts';
import type { ResultsDocument } from '../document.ts';
import { environmentLine, runLine } from './environment.ts';
import { measuredTable } from './measured-table.ts';
import type { TableShape } from './measured-table.ts';
import { modelNotes, modelledTable } from './modelled-table.ts';
import { floorSentence, launchCostSentence, purposeSentences } from './sentences.ts';
import type { EmulationAnalysis, ScenarioAnalysis } from '../../results/analysis.ts';
import type { Results } from '../../results/results-file.ts';

/** What one run found out, as blocks: scenario by scenario, measured and modelled in separate tables. */
export function composeResults(document: ResultsDocument, shape: TableShape): readonly Block[] {
  const { analysis, remarks = [] } = document;
  return [
    text(runLine(analysis.results), 'strong'),
    text(environmentLine(analysis.results.fingerprint), 'muted'),
    ...remarks.map((remark) => text(remark, 'warning')),
    ...runWarnings(analysis.results).map((warning) => text(warning, 'warning')),
    ...analysis.scenarios.flatMap((scenario) => scenarioBlocks(scenario, analysis.results, shape)),
  ];
}

/** What the reader must know about the run as a whole before believing a time. */
export function runWarnings({ run, shard }: Results): readonly string[] {
  return [
    ...(run.mode === 'quick' ? [`All times are ${QUICK_LABEL}: few rounds, medians without intervals.`] : []),
    ...(run.mode === 'counts-only' ? ['Launches were counted; nothing was timed.'] : []),
    ...(run.complete
      ? []
      : [
          `The run was interrupted: whole blocks of rounds are kept, ${plural(run.droppedSamples, 'sample')} dropped.`,
        ]),
    ...(shard === null ? [] : [`This is shard ${shard.index} of ${shard.count} of the run.`]),
  ];
}

function scenarioBlocks(analysis: ScenarioAnalysis, results: Results, shape: TableShape): readonly Block[] {
  const { scenario, emulations, modelled, warnings } = analysis;
  const quick = results.run.mode === 'quick';
  return [
    heading(1, scenario.name),
    ...(scenario.description === null ? [] : [text(scenario.description)]),
    text(whatWasRun(analysis, results), 'muted'),
    ...equivalenceBlocks(analysis),
    ...emulations.flatMap((emulation) => emulationBlocks(emulation, analysis, results, shape)),
    ...modelled.flatMap(({ emulation, cells }) => [
      heading(2, `${emulation} (MODELLED, no emulator was executed)`),
      modelledTable(cells, quick),
      ...list('The model', modelNotes(cells), 'muted'),
    ]),
    ...list('Warnings', warnings, 'warning'),
    ...list(
      'The machine while timing',
      scenario.noise.map(
        ({ id, value, threshold, when, remedy }) =>
          `${id} ${when} the run: ${value} (limit ${threshold}). ${remedy}`,
      ),
      'warning',
    ),
    ...list('Notes', scenario.notes),
  ];
}

/** Drivers, architectures, rounds: the setting of a scenario in one line. */
export function whatWasRun({ scenario }: ScenarioAnalysis, { run }: Results): string {
  const classes = Object.entries(scenario.drivers).filter(([, count]) => count > 0);
  const total = classes.reduce((sum, [, count]) => sum + count, 0);
  const drivers = `${plural(total, 'driver')} (${classes.map(([name, count]) => `${count} ${name}`).join(', ')})`;
  const { rounds, warmup, precision } = scenario.sampling;
  const sampling =
    run.mode === 'counts-only'
      ? 'counted only'
      : `${plural(rounds, 'round')} after ${warmup} of warm-up, file cache ${run.cache}` +
        (precision === null ? '' : `, until every interval is within ${formatPercent(precision)}`);
  return [
    scenario.source,
    ...(total === 0 ? [] : [drivers]),
    ...(scenario.architectures.length === 0 ? [] : [scenario.architectures.join(', ')]),
    sampling,
  ].join('; ');
}

function equivalenceBlocks({ scenario: { equivalence } }: ScenarioAnalysis): readonly Block[] {
  if (equivalence.equivalent) return [];
  return list(
    'VOID: the overrides of the strategies are not equivalent, so nothing may be compared. They differ in',
    equivalence.differences,
    'bad',
  );
}

function emulationBlocks(
  emulation: EmulationAnalysis,
  analysis: ScenarioAnalysis,
  results: Results,
  shape: TableShape,
): readonly Block[] {
  const emulator = results.fingerprint.emulators.find((known) => known.emulation === emulation.emulation);
  const sentences = [
    ...(shape === 'stacked' ? purposeSentences(emulation) : []),
    ...floorSentence(emulation, analysis, results),
    ...launchCostSentence(emulation, results),
  ];
  return [
    heading(2, emulation.emulation),
    ...(emulator === undefined
      ? []
      : [
          text(
            [emulator.command, emulator.version ?? 'version unknown', emulator.configuration ?? '']
              .filter((part) => part !== '')
              .join(', '),
            'muted',
          ),
        ]),
    measuredTable(emulation, results.run.mode, shape),
    ...voidBlocks(emulation),
    ...sentences.map((sentence) => text(sentence, 'muted')),
  ];
}

function voidBlocks({ cells }: EmulationAnalysis): readonly Block[] {
  return list(
    'Void cells: nothing is claimed about them',
    cells.flatMap(({ cell }) => (cell.void === null ? [] : [`${cell.strategy}: ${cell.void}`])),
    'bad',
  );
}
