import { EXIT } from '../../errors.ts';
import type { GateDocument } from '../../reporters/document.ts';
import { renderReport } from '../../reporters/reporters.ts';
import { readBaseline } from '../../results/store.ts';
import { judge } from '../../analysis/gate.ts';
import { defineCommand } from '../command.ts';
import { gateRules, RULE_OPTIONS, RULE_WORDS } from '../gate-options.ts';
import { loadRun, marginOption, partialOption } from '../load-run.ts';
import { FILE } from '../option-kinds.ts';
import { formatOption, formatWords, parseTargets, refuseToReplace, writeReports } from '../reports.ts';
import { acceptCounts } from '../update-baseline.ts';
import type { World } from '../world.ts';

/** `launchbench gate`: did anyone bring a launch back? */
export const gate = defineCommand({
  description:
    'Exits with status 1 when a launch count grew above its baseline, or above a budget of its scenario. ' +
    'Counts are exact, so a loaded machine cannot move the answer. What could not be judged never passes.',
  positionals: {
    results: {
      describe: 'A results file, or all shards of one run',
      required: true,
      variadic: true,
      completes: 'file',
    },
  },
  options: {
    baseline: { ...FILE, describe: 'Committed launch counts; without it, budgets and limits alone' },
    ...RULE_OPTIONS,
    update: {
      type: 'boolean',
      requires: ['baseline'],
      conflicts: ['format'],
      describe: 'Accept: write these counts into the baseline and show what changed',
    },
    allowCi: { type: 'boolean', requires: ['update'], describe: 'Let --update write although CI is set' },
    partial: partialOption,
    margin: marginOption,
    format: formatOption('gate'),
  },
  examples: [
    {
      purpose: 'Against committed counts',
      line: 'launchbench gate run.json --baseline results/baselines/desktop.json',
    },
    {
      purpose: 'In CI: annotations in the log, a report for the job page',
      line: 'launchbench gate run.json --baseline baseline.json --format github --format junit=gate.xml',
    },
    {
      purpose: 'Also fail when batching is not at least twice as fast as the first strategy',
      line: 'launchbench gate run.json --baseline baseline.json --max-ratio batched=0.5',
    },
    {
      purpose: 'Accept the new counts',
      line: 'launchbench gate run.json --baseline results/baselines/desktop.json --update',
    },
  ],
  words: () => [RULE_WORDS, formatWords('gate')],
  notes:
    '--max-ratio requires results recorded with --null-control. A baseline that is missing is never written without --update. In GitHub Actions the verdict is also added ' +
    'to the step summary.',
  async run(args, world) {
    const { baseline: file, json } = args;
    if (args.update) return acceptCounts(args, world);
    const targets = parseTargets('gate', { format: args.format, json });
    await refuseToReplace(targets, [...args.results, file], world);
    const results = await loadRun(args.results, args);
    const baseline = file === undefined ? null : await readBaseline(file);
    const verdict = judge(results, baseline, gateRules(args), {
      results: args.results,
      baseline: file ?? null,
    });
    const document: GateDocument = { kind: 'gate', verdict, results: [results], baseline: file ?? null };
    await writeReports(targets, document, world);
    await addToStepSummary(document, world);
    return verdict.passed ? EXIT.done : EXIT.no;
  },
});

/** GitHub shows this file on the page of the job. Source: GitHub Actions, "Adding a job summary". */
async function addToStepSummary(document: GateDocument, { env, files }: World): Promise<void> {
  const summary = env['GITHUB_STEP_SUMMARY'];
  if (summary === undefined || summary === '') return;
  const options = { color: false, width: Infinity, unicode: true };
  await files.append(summary, `${await renderReport('markdown', document, options)}\n`);
}
