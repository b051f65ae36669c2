import { afterAll, describe, expect, it } from 'vitest';
import {
  CaptureRepeater,
  groupOf,
  inThisProcess,
  launching,
  oneOfEachGroup,
  recordedCaptures,
  type RecordedCapture,
  type RunTool,
} from '../../builders/recorded-captures.ts';
import { executable, nativeCaptureLibs } from '../../builders/executables.ts';

const repeater = new CaptureRepeater();
afterAll(() => {
  repeater.close();
});

const all = recordedCaptures();
const withoutStandardInput = all.filter(({ stdin }) => stdin === '');
const native = nativeCaptureLibs();

/**
 * Groups that concern the process more than the capture: its options, what it says and how it ends, its variables, files that
 * it is told to read.
 */
const OF_THE_PROCESS: ReadonlySet<string> = new Set(['cli', 'bad', 'env', 'ldlp', 'from', 'dest']);
/**
 * Starting Node costs ten times what a capture does, so CI alone launches the tool for all of them. Elsewhere the native
 * tool, which has the same source, is launched for all; where there is none, Node for one of each group.
 */
const launched =
  process.env['CI'] === undefined
    ? [
        ...oneOfEachGroup(withoutStandardInput).filter(
          (recording) => native === null || OF_THE_PROCESS.has(groupOf(recording)),
        ),
        ...all.filter(({ stdin }) => stdin !== ''),
      ]
    : all;

describe('capture-libs does what capsule-capture-libs was recorded doing', () => {
  it.each(withoutStandardInput)('$name: $why', async (recording) => {
    await expectAsRecorded(recording, inThisProcess);
  });
});

describe('capture-libs, launched, does what capsule-capture-libs was recorded doing', () => {
  const launch = launching(process.execPath, executable('capture-libs.cjs'));
  it.concurrent.each(launched)('$name: $why', async (recording) => {
    await expectAsRecorded(recording, launch);
  });
});

describe.skipIf(native === null)(
  'capture-libs, native, does what capsule-capture-libs was recorded doing',
  () => {
    const launch = launching(native ?? '');
    it.concurrent.each(all)('$name: $why', async (recording) => {
      await expectAsRecorded(recording, launch);
    });
  },
);

async function expectAsRecorded(recording: RecordedCapture, runTool: RunTool): Promise<void> {
  const wanted = recording.expect;
  const seen = await repeater.repeat(recording, runTool);

  // The messages stand beside the rest, so that a failure shows why.
  expect({ exit: seen.exit, links: seen.links, stderr: seen.stderr }).toEqual({
    exit: wanted.exit,
    links: wanted.links,
    stderr: seen.stderr,
  });
  expect(seen.stdout).toBe(wanted.stdout ?? seen.stdout);
  for (const text of wanted.stdoutMatches) expect(seen.stdout).toMatch(new RegExp(text, 'm'));
  for (const text of wanted.stderrMatches) expect(seen.stderr).toMatch(new RegExp(text, 'm'));
  for (const text of wanted.stderrNotMatches) expect(seen.stderr).not.toMatch(new RegExp(text, 'm'));
}
