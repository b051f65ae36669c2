import { EXIT } from '../../errors.ts';
import { compareResults } from '../../analysis/compare.ts';
import { defineCommand } from '../command.ts';
import { loadRun, marginOption } from '../load-run.ts';
import { formatOption, formatWords, parseTargets, refuseToReplace, writeReports } from '../reports.ts';

/** `launchbench compare`: what changed between two results files; it informs, the gate decides. */
export const compare = defineCommand({
  description:
    'Holds two results files against each other, cell by cell: launches that are new, gone or changed, and ' +
    'times. Counts are exact. Times of two runs are hints only: interleave both in one run to claim more.',
  positionals: {
    base: { describe: 'Results before the change', required: true, completes: 'file' },
    head: { describe: 'Results after the change', required: true, completes: 'file' },
  },
  options: {
    format: formatOption('comparison'),
    force: { type: 'boolean', describe: 'Show time ratios although machines or timers differ' },
    margin: marginOption,
  },
  examples: [
    { purpose: 'What did my change do?', line: 'launchbench compare before.json after.json' },
    {
      purpose: 'The same, as a comment for a merge request',
      line: 'launchbench compare before.json after.json --format markdown=comment.md',
    },
  ],
  words: () => [formatWords('comparison')],
  async run({ base, head, format, json, force, margin }, world) {
    const targets = parseTargets('comparison', { format, json });
    await refuseToReplace(targets, [base, head], world);
    const [before, after] = [
      // What is missing of a run is among the warnings.
      await loadRun([base], { partial: true }),
      await loadRun([head], { partial: true }),
    ];
    const comparison = compareResults(
      { label: base, results: before },
      { label: head, results: after },
      { force, margin },
    );
    await writeReports(targets, { kind: 'comparison', comparison }, world);
    return EXIT.done;
  },
});
