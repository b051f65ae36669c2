import { expect, it } from 'vitest';
import { measuredLaunches } from '../../src/analysis/measured-launches.ts';
import { aMeasuredCell, aScenarioResult, someResults } from '../builders/some-results.ts';
import { aTrace, aTraceLaunch } from '../builders/some-traces.ts';

const trace = aTrace([aTraceLaunch()]);

it.each([
  { what: 'measured', counts: {}, told: 1 },
  { what: 'of which a launch escaped the emulation', counts: { escaped: 1 }, told: 0 },
  { what: 'launched differently often', counts: { seen: [3, 4] }, told: 0 },
])('of a replay that was $what, $told emulations are told of', ({ counts, told }) => {
  const cells = [aMeasuredCell({ emulation: 'qemu', counts })];
  const scenario = aScenarioResult({ recording: trace.command.argv, cells });
  expect(measuredLaunches(someResults({ scenarios: [scenario] }), trace, 'replay.json')).toHaveLength(told);
});
