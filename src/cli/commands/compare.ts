import { EXIT, UsageError } from '../../errors.ts';
import { compareResults } from '../../analysis/compare-results.ts';
import { compareTraces } from '../../analysis/compare-traces.ts';
import { mergeResults } from '../../results/merge.ts';
import { readComparable } from '../../results/store.ts';
import { defineCommand } from '../command.ts';
import { marginOption } from '../load-run.ts';
import { formatOption, formatWords, parseTargets, refuseToReplace, writeReports } from '../reports.ts';

/** `launchbench compare`: what changed between two results files; it informs, the gate decides. */
export const compare = defineCommand({
  description:
    'Holds two results files against each other, cell by cell: launches that are new, gone or changed, and ' +
    'times; or two traces: which launches came and which went, by executable and by whoever started them. ' +
    'Counts are exact. Times of two runs are hints only: interleave both in one run to claim more.',
  positionals: {
    base: { describe: 'Results or trace before the change', required: true, completes: 'file' },
    head: { describe: 'Results or trace after the change', required: true, completes: 'file' },
  },
  options: {
    format: formatOption('comparison'),
    force: { type: 'boolean', describe: 'Show time ratios although machines or timers differ' },
    margin: marginOption,
  },
  examples: [
    { purpose: 'What did my change do?', line: 'launchbench compare before.json after.json' },
    { purpose: 'What does my script launch now?', line: 'launchbench compare old-trace.json new-trace.json' },
    {
      purpose: 'The same, as a comment for a merge request',
      line: 'launchbench compare before.json after.json --format markdown=comment.md',
    },
  ],
  words: () => [formatWords('comparison')],
  async run({ base, head, format, json, force, margin }, world) {
    const before = await readComparable(base);
    const after = await readComparable(head);
    if (before.kind === 'trace' && after.kind === 'trace') {
      const targets = parseTargets('trace-comparison', { format, json });
      await refuseToReplace(targets, [base, head], world);
      const comparison = compareTraces(
        { label: base, trace: before.trace },
        { label: head, trace: after.trace },
      );
      await writeReports(targets, { kind: 'trace-comparison', comparison }, world);
      return EXIT.done;
    }
    if (before.kind === 'trace' || after.kind === 'trace') {
      const [trace, results] = before.kind === 'trace' ? [base, head] : [head, base];
      throw new UsageError(
        `compare: ${trace} is a trace, ${results} holds results; both have to be of one kind`,
      );
    }
    const targets = parseTargets('comparison', { format, json });
    await refuseToReplace(targets, [base, head], world);
    // What is missing of a run is among the warnings.
    const [was, is] = [
      mergeResults([{ file: base, results: before.results }], { partial: true }),
      mergeResults([{ file: head, results: after.results }], { partial: true }),
    ];
    const comparison = compareResults(
      { label: base, results: was },
      { label: head, results: is },
      { force, margin },
    );
    await writeReports(targets, { kind: 'comparison', comparison }, world);
    return EXIT.done;
  },
});
