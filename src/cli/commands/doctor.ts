import { EXIT } from '../../errors.ts';
import { installedHelper, installedTracer } from '../../launch/installed-helper.ts';
import { examineMachine, type MachineExamination, type Part } from '../../machine/examine-machine.ts';
import { plural } from '../../plural.ts';
import { createPaint, type Paint } from '../../reporters/paint.ts';
import { defineCommand } from '../command.ts';
import { formatPage, type Section } from '../help-page.ts';

/** `launchbench doctor`: whether this machine can run the main job, and what would make its figures better. */
export const doctor = defineCommand({
  description:
    'Says what launchbench finds on this machine, what is missing and what disturbs measuring, each with the command ' +
    'that mends it. Nothing is changed. The status is 0 when launchbench run works, 3 when it does not.',
  positionals: {},
  options: {},
  examples: [{ purpose: 'Before the first run', line: 'launchbench doctor' }],
  async run({ json }, world) {
    const { installation, env, cwd, terminal } = world;
    const examination = await examineMachine({
      ownTool: installation.captureLibs,
      timer: { helperPath: installedHelper(installation.root), nodeTimerPath: installation.nodeTimer },
      ownTracer: installedTracer(installation.root, env),
      env,
      cwd,
    });
    const ready = examination.parts.every(({ needed, found }) => !needed || found !== null);
    world.write(
      json
        ? `${JSON.stringify({ ready, node: process.version, launchbench: installation.version, ...examination })}\n`
        : formatExamination(examination, ready, terminal.width, await createPaint(terminal.color)),
    );
    return ready ? EXIT.done : EXIT.lacking;
  },
});

function formatExamination(
  { parts, noise }: MachineExamination,
  ready: boolean,
  columns: number,
  paint: Paint,
): string {
  const missing = parts.filter(({ found }) => found === null);
  const answer = ready
    ? paint('launchbench run works here', 'good')
    : paint('launchbench run does not work here', 'bad');
  const sections: readonly Section[] = [
    {
      text: `${answer}; ${plural(missing.length, 'part')} missing, ${plural(noise.length, 'disturbance')}.`,
    },
    {
      title: 'There',
      rows: parts.flatMap((part) =>
        part.found === null ? [] : [[part.name, withRemedy(part, part.found)] as const],
      ),
    },
    {
      title: 'Missing',
      rows: missing.map((part) => [
        part.name,
        withRemedy(part, `${part.needed ? 'needed for' : 'for'} ${part.purpose}`),
      ]),
    },
    {
      title: 'Disturbs measuring',
      rows: noise.map(({ id, value, threshold, remedy }) => [id, `${value}; better ${threshold}. ${remedy}`]),
    },
  ];
  return formatPage(columns, sections);
}

function withRemedy({ remedy }: Part, words: string): string {
  return remedy === null ? words : `${words}. ${remedy}`;
}
