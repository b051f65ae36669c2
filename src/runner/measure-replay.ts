import { mkdir } from 'node:fs/promises';
import type { Emulation } from '../launch/emulations/emulations.ts';
import type { Timer } from '../launch/timer.ts';
import { keeperOf } from '../results/kept-variables.ts';
import type { ReplayScenario } from '../scenario/scenario.ts';
import { environmentOfLaunches } from './environment-of-launches.ts';
import { type MeasuredCellPlan, planCells } from './plan-cells.ts';
import { openReplayBench, overridesIn } from './replay-bench.ts';
import type { MeasureOptions, Subject } from './subject.ts';
import { UNPROVEN, verifyUnderTracer } from './verify-under-tracer.ts';

/** Sets up the launches of a recording to be measured, all of them as one row. */
export async function setUpReplay(
  scenario: ReplayScenario,
  emulations: readonly Emulation[],
  options: MeasureOptions,
): Promise<Subject> {
  const { timer, tracer, workDir } = options;
  const { launches, command, notes } = scenario;
  await mkdir(workDir, { recursive: true });
  const plan = planCells([{ name: scenario.row, launches: true }], emulations);
  const isRecorded = keeperOf(scenario.variables);
  const env = Object.fromEntries(
    Object.entries(environmentOfLaunches(options.env)).filter(([name]) => isRecorded?.(name) !== true),
  );
  const openBench = (cells: readonly MeasuredCellPlan[], through: Timer) =>
    openReplayBench({
      launches,
      cells,
      timer: through,
      env,
      timeoutMs: scenario.sampling.timeoutMs,
      workDir,
    });
  const wrapped = plan.measured.some(({ emulation }) => emulation.kind === 'wrapper');
  return {
    plan,
    bench: await openBench(plan.measured, timer),
    facts: { kind: 'replay', recording: command },
    tools: [],
    roots: [
      { name: '{OVERRIDES}', path: overridesIn(workDir) },
      { name: '{WORK}', path: workDir },
    ],
    source: null,
    foreseenLinks: new Map(),
    verify: (collected) =>
      verifyUnderTracer(tracer, collected, { ...options, openBench, launches: () => true }, scenario.name),
    notesOn: () => Promise.resolve([...notes, ...(wrapped && tracer === null ? [UNPROVEN] : [])]),
    end: () => Promise.resolve(),
  };
}
