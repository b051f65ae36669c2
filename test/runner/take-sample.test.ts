import { describe, expect, it } from 'vitest';
import { createLedger } from '../../src/launch/ledger.ts';
import { accountOf, takeSample } from '../../src/runner/take-sample.ts';
import { aLaunch } from '../builders/a-bench.ts';

const place = { round: 2, position: 1, warmup: false, runStartNs: 100n };

/** Clocks that give one reading after the other. */
function clocks(readings: { now: bigint[]; user?: number[]; steal?: (number | null)[] }) {
  const next = <Value>(values: Value[], fallback: Value): Value => values.shift() ?? fallback;
  return {
    nowNs: () => next(readings.now, 0n),
    ownCpu: () => ({ user: next(readings.user ?? [], 0), system: 0 }),
    stealTicks: () => next(readings.steal ?? [], null),
  };
}

describe('a sample', () => {
  it('lies between two readings of the clock, and says when in the run it began', async () => {
    const sample = await takeSample(() => Promise.resolve({}), {
      ledger: createLedger(),
      clocks: clocks({ now: [150n, 1150n], user: [10, 40], steal: [5, 7] }),
      place,
    });
    expect(sample).toMatchObject({
      ...{ round: 2, position: 1 },
      startNs: 50,
      wallNs: 1000,
      ownUserUs: 30,
      stealTicks: 2,
    });
  });

  it('sums what the launches of its own work used, and no others', async () => {
    const ledger = createLedger();
    ledger.add(aLaunch());
    const sample = await takeSample(
      () => {
        ledger.add(aLaunch());
        ledger.add(aLaunch());
        return Promise.resolve({});
      },
      { ledger, clocks: clocks({ now: [] }), place },
    );
    expect(sample).toMatchObject({ childUserUs: 2000, maxRssKib: 2048, minorFaults: 2 });
  });

  it('without a launch has no CPU time of children and no largest child', async () => {
    const sample = await takeSample(() => Promise.resolve({}), {
      ledger: createLedger(),
      clocks: clocks({ now: [] }),
      place,
    });
    expect(sample).toMatchObject({ childUserUs: 0, childSystemUs: 0, maxRssKib: null });
  });

  it('that was measured where it was done says what was measured there, not what waiting for it took', async () => {
    const measured = {
      ...{ wallNs: 700, userUs: 5, systemUs: 6, maxRssKib: 70_000 },
      ...{ minorFaults: 1, majorFaults: 2, voluntarySwitches: 3, involuntarySwitches: 4 },
    };
    const sample = await takeSample(() => Promise.resolve(accountOf(measured)), {
      ledger: createLedger(),
      clocks: clocks({ now: [150n, 9150n], user: [10, 40] }),
      place,
    });
    const { userUs, systemUs, ...figures } = measured;
    expect(sample).toMatchObject({
      ...figures,
      ...{ startNs: 50, ownUserUs: userUs, ownSystemUs: systemUs, childUserUs: 0, childSystemUs: 0 },
    });
  });

  it('says null, never 0, where the timer cannot tell', async () => {
    const ledger = createLedger();
    const sample = await takeSample(
      () => {
        ledger.add(aLaunch({ usage: null }));
        return Promise.resolve({});
      },
      { ledger, clocks: clocks({ now: [] }), place },
    );
    expect(sample).toMatchObject({
      childUserUs: null,
      childSystemUs: null,
      maxRssKib: null,
      stealTicks: null,
    });
  });
});
