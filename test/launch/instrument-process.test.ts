import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InstrumentProcess } from '../../src/launch/instrument-process.ts';
import {
  type EndedReply,
  type FailedReply,
  formatReply,
  parseReply,
  STAGES,
} from '../../src/launch/instrument-protocol.ts';
import { anyCharacter } from '../builders/any-character.ts';

const PATIENT_MS = 60_000;

describe('a process that is talked to in lines', () => {
  it('answers line by line, and with null once it has ended', async () => {
    const process = shell('echo one; echo; printf three');
    expect(await process.line(PATIENT_MS)).toBe('one');
    expect(await process.line(PATIENT_MS)).toBe('');
    expect(await process.line(PATIENT_MS)).toBeNull();
  });

  it('that does not answer in time is ended', async () => {
    const process = shell('sleep 600 & sleep 600');
    expect(await process.line(50)).toBeNull();
    expect(process.lastWords()).toBe('it did not answer within 0.05 s');
    await process.end();
  });

  it('that never ends its line is ended, and little of it is kept', async () => {
    const process = shell('cat /dev/zero');
    expect(await process.line(PATIENT_MS)).toBeNull();
    expect(process.lastWords()).toBe('it wrote a line of more than 100 characters');
    await process.end();
  });

  it('may be given the longest time there is', async () => {
    const process = shell('echo one');
    expect(await process.line(Number.MAX_SAFE_INTEGER)).toBe('one');
  });
});

describe('an answer of the timer', () => {
  const count = fc.nat({ max: 1e9 });
  const counted = fc.option(count);
  const reply: fc.Arbitrary<EndedReply | FailedReply> = fc.oneof(
    fc.record({
      kind: fc.constant('failed' as const),
      stage: fc.constantFrom(...STAGES),
      errno: fc.nat({ max: 4095 }),
    }),
    fc
      .record({
        kind: fc.constant('ended' as const),
        startNs: fc.bigInt({ min: 0n, max: 10n ** 18n }),
        endNs: fc.bigInt({ min: 0n, max: 10n ** 18n }),
        pid: count,
        how: fc.constantFrom('exited' as const, 'signalled' as const, 'timed-out' as const),
        number: fc.nat({ max: 255 }),
        usage: fc.option(
          fc.record({
            ...{ userUs: count, systemUs: count, maxRssKib: counted, minorFaults: counted },
            ...{ majorFaults: counted, voluntarySwitches: counted, involuntarySwitches: counted },
          }),
        ),
      })
      .filter(({ startNs, endNs }) => startNs <= endNs),
  );

  it('is the same when it has been a line', () => {
    fc.assert(
      fc.property(reply, (given) => {
        expect(parseReply(formatReply(given).trimEnd())).toEqual(given);
      }),
    );
  });

  it('is none when the line is anything else: no error, and no number that is none', () => {
    const words = [
      'ended',
      'failed',
      'exec',
      'exited',
      '-',
      '-1',
      'NaN',
      '1e9',
      '9'.repeat(400),
      '',
      '7',
      '0x1',
    ];
    const line = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.array(fc.constantFrom(...words), { maxLength: 15 }).map((line) => line.join(' ')),
      fc.tuple(reply, fc.nat(), fc.string()).map(([given, at, changed]) => {
        const text = formatReply(given).trimEnd();
        const place = at % text.length;
        return text.slice(0, place) + changed + text.slice(place + 1);
      }),
    );
    fc.assert(
      fc.property(line, (text) => {
        const parsed = parseReply(text);
        if (parsed?.kind !== 'ended') return;
        expect(parsed.endNs >= parsed.startNs).toBe(true);
        for (const figure of Object.values(parsed.usage ?? {})) {
          expect(figure === null || Number.isSafeInteger(figure)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** A shell that runs a script; it is ended with the test. */
function shell(script: string): InstrumentProcess {
  const process = new InstrumentProcess(['/bin/sh', '-c', script], 100);
  onTestFinished(() => process.end());
  return process;
}
