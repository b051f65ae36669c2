import { afterAll, describe, expect, it } from 'vitest';
import { CaptureRepeater, recordedCaptures } from '../../builders/recorded-captures.ts';

const repeater = new CaptureRepeater();
afterAll(() => {
  repeater.close();
});

describe('capture-libs does what capsule-capture-libs was recorded doing', () => {
  it.concurrent.each(recordedCaptures())('$name: $why', async (recording) => {
    const wanted = recording.expect;
    const seen = await repeater.repeat(recording);

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
  });
});
