import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nativeCaptureLibs } from '../builders/executables.ts';
import { mutateTree, someMutations } from '../builders/mutate-tree.ts';
import {
  CaptureRepeater,
  inThisProcess,
  launching,
  recordedCaptures,
} from '../builders/recorded-captures.ts';

const native = nativeCaptureLibs();
/** A change of the core is tried with more of them: DIFFERENTIAL_TREES=1000 npx vitest run test/native. */
const TREES = Number(process.env['DIFFERENTIAL_TREES'] ?? 40);
/** Captures of a tree: unpacking one takes as long as they do. */
const CAPTURES_A_TREE = 3;
/**
 * In the process of the tests there is no standard input, and the version is that of no build; and a call that has to
 * succeed before may fail in a tree that was tampered with.
 */
const CAPTURES = recordedCaptures().filter(
  ({ stdin, name, before }) => stdin === '' && name !== 'cli-version' && before.length === 0,
);

describe.skipIf(native === null)('the native capture-libs', () => {
  it(
    'does to trees that were tampered with what the Node program does, and says the same',
    async () => {
      const someCaptures = fc.constantFrom(...CAPTURES).chain((first) =>
        fc.array(fc.constantFrom(...CAPTURES.filter(({ sysroot }) => sysroot === first.sysroot)), {
          minLength: CAPTURES_A_TREE,
          maxLength: CAPTURES_A_TREE,
        }),
      );
      await fc.assert(
        fc.asyncProperty(someCaptures, someMutations(), async (recordings, mutations) => {
          const repeater = new CaptureRepeater(({ provider, container }) => {
            mutateTree([provider, container], mutations);
          });
          try {
            for (const recording of recordings) {
              const seen = await repeater.repeat(recording, launching(native ?? ''));
              expect(seen).toEqual(await repeater.repeat(recording, inThisProcess));
            }
          } finally {
            repeater.close();
          }
        }),
        { seed: 2021, numRuns: TREES },
      );
    },
    60_000 + TREES * 1000,
  );
});
