import { EXIT, UsageError, type ExitStatus } from '../errors.ts';
import { isCi } from '../machine/ci-service.ts';
import { cell, figures, heading, text, words, type Block } from '../reporters/blocks.ts';
import { stringifyJson } from '../reporters/json.ts';
import { drawTerminal } from '../reporters/terminal.ts';
import type { Baseline } from '../results/baseline.ts';
import { readBaseline, writeBaseline } from '../results/store.ts';
import { updateBaseline, type BaselineChange } from '../analysis/update-baseline.ts';
import { loadRun } from './load-run.ts';
import type { World } from './world.ts';
import { nameOfRow } from '../results/cell-name.ts';

/** What `gate --update` was asked to do. */
export interface UpdateRequest {
  readonly results: readonly string[];
  readonly baseline: string | undefined;
  readonly allowCi: boolean;
  readonly partial: boolean;
  readonly format: readonly string[];
  readonly json: boolean;
}

/**
 * Makes the counts of a run the ones that the gate holds others to, and shows what that changes.
 *
 * @returns status 1 when these counts must not become a baseline, with the reasons on standard error.
 */
export async function acceptCounts(request: UpdateRequest, world: World): Promise<ExitStatus> {
  const { baseline: file } = request;
  if (file === undefined) throw new UsageError('gate: --update needs --baseline FILE, the file to write');
  const results = await loadRun(request.results, request);
  const old = world.files.exists(file) ? await readBaseline(file, { renew: true }) : null;
  const update = updateBaseline(old, results, { file, ci: isCi(world.env), allowCi: request.allowCi });
  switch (update.kind) {
    case 'refused':
      world.complain(
        `launchbench: ${file} is left as it is:\n${update.reasons.map((reason) => `  ${reason}`).join('\n')}`,
      );
      return EXIT.no;
    case 'updated':
      await writeBaseline(file, update.baseline);
      world.write(
        request.json
          ? stringifyJson({ baseline: file, created: old === null, changes: update.changes })
          : await drawTerminal(composeUpdate(file, old, update.changes), world.terminal),
      );
      return EXIT.done;
  }
}

function composeUpdate(
  file: string,
  old: Baseline | null,
  changes: readonly BaselineChange[],
): readonly Block[] {
  const changed = changes.filter(({ before, after }) => before !== after).length;
  return [
    heading(1, old === null ? `Baseline ${file} made` : `Baseline ${file} updated`),
    text(
      `${changed} of ${changes.length} counts changed; commit the file, so that the change shows up in review.`,
    ),
    {
      kind: 'table',
      caption: null,
      columns: [
        words('scenario'),
        words('strategy'),
        words('emulation', 1),
        figures('before'),
        figures('now'),
      ],
      rows: changes.map(({ before, after, ...name }) => {
        const tone = before === after ? 'muted' : 'strong';
        return [name.scenario, nameOfRow(name), name.emulation, before ?? '–', after ?? 'gone'].map((word) =>
          cell(word, tone),
        );
      }),
    },
  ];
}
