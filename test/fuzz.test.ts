import { describe, expect, it } from 'vitest';
import { damage } from '../scripts/fuzz/damage.ts';
import { fuzz, SHARES, type Target, USUAL_COUNT } from '../scripts/fuzz/fuzz.ts';
import { TARGETS } from '../scripts/fuzz/targets.ts';
import { FormatError } from '../src/errors.ts';
import { createRandom } from '../src/statistics/random.ts';

const COUNT = USUAL_COUNT / 100;

describe.each(Object.entries(TARGETS))('damaged %s', (_, openTarget) => {
  it('lead to an error for the user or to an answer, and to it soon', async () => {
    const target: Target = await openTarget();
    const { accepted, refused, crashes } = await fuzz(target, { count: COUNT, seed: 7 });
    expect(crashes.map(({ number, why }) => `${number}: ${why}`)).toEqual([]);
    expect(accepted + refused).toBe(COUNT * (target.share ?? 1));
    expect(accepted).toBeGreaterThan(0);
    // A change of a stack hardly ever leaves nothing that could be captured.
    expect(refused > 0 || target.share === SHARES.capturing).toBe(true);
  });
});

describe('the search for crashes', () => {
  const samples = [Buffer.from('{"a":[1,2,{"b":"c"}]}')];

  it('finds what throws anything else than an error for the user', async () => {
    const read = (input: Buffer) => {
      try {
        JSON.parse(input.toString());
      } catch (cause) {
        throw new FormatError('no JSON', { cause });
      }
      if (input.includes('5000000000')) throw new TypeError('too large');
    };
    const { crashes } = await fuzz({ samples, isJson: true, read }, { count: 500, seed: 7 });
    expect(crashes.length).toBeGreaterThan(0);
    for (const { input, why } of crashes) {
      expect(input.toString()).toContain('5000000000');
      expect(why).toContain('TypeError: too large');
    }
  });

  it('draws the same inputs from the same seed, and hardly one twice', () => {
    const inputs = (seed: number) =>
      Array.from({ length: 200 }, (_, number) =>
        damage(samples, { isJson: true, random: createRandom(seed + number) }).toString('latin1'),
      );
    expect(inputs(7)).toEqual(inputs(7));
    expect(new Set(inputs(7)).size).toBeGreaterThan(100);
  });
});
