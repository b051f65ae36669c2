import { EXIT, UsageError } from '../../errors.ts';
import type { ReportDocument } from '../../reporters/document.ts';
import { analyse } from '../../analysis/analysis.ts';
import { defineCommand } from '../command.ts';
import { loadHistory } from '../load-history.ts';
import { loadRun, marginOption, partialOption } from '../load-run.ts';
import { formatOption, formatWords, parseTargets, refuseToReplace, writeReports } from '../reports.ts';

/** `launchbench report`: shows results again, in any format, without measuring anything. */
export const report = defineCommand({
  description:
    'Shows a results file again, in one format or several at once. Several files are the shards of one run ' +
    'and are merged. With --history, shows how launches and ratios moved over all runs in a folder.',
  positionals: {
    results: { describe: 'A results file, or all shards of one run', variadic: true, completes: 'file' },
  },
  options: {
    format: formatOption('results'),
    history: {
      type: 'string',
      placeholder: 'FOLDER',
      describe: 'Show the trend over all results files in a folder',
      completes: 'folder',
    },
    partial: partialOption,
    margin: marginOption,
  },
  examples: [
    { purpose: 'The table again', line: 'launchbench report results/run.json' },
    {
      purpose: 'A page to look at and a summary for a merge request',
      line: 'launchbench report results/run.json --format html=report.html --format markdown=report.md',
    },
    {
      purpose: 'Three machines, one report',
      line: 'launchbench report shard-1.json shard-2.json shard-3.json',
    },
    {
      purpose: 'The trend over many runs',
      line: 'launchbench report --history results --format html=trend.html',
    },
  ],
  words: () => [formatWords('results')],
  async run({ results, format, json, history, partial, margin }, world) {
    if ((history === undefined) === (results.length === 0)) {
      throw new UsageError('report: give either RESULTS or --history FOLDER');
    }
    const targets = parseTargets(history === undefined ? 'results' : 'history', { format, json });
    await refuseToReplace(targets, results, world);
    const document: ReportDocument =
      history === undefined
        ? { kind: 'results', analysis: analyse(await loadRun(results, { partial }), margin) }
        : { kind: 'history', entries: await loadHistory(history, margin) };
    await writeReports(targets, document, world);
    return EXIT.done;
  },
});
