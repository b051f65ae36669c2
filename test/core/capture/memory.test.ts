import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureError } from '../../../src/core/capture/capture-error.ts';
import { createCapturer } from '../../../src/core/capture/capture.ts';
import { ARCHITECTURES } from '../../../src/core/sysroot/architectures.ts';
import { aDestination, aLibrary, aTreeWith, type TestLibrary } from '../../builders/library-trees.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

const NAMES = ['liba.so.1', 'libb.so.1', 'libc.so.6', 'libm.so.6', 'libd.so.1', 'libe.so.1'] as const;
const FOLDERS = ['/usr/lib', '/opt', '/usr/lib/x86_64-linux-gnu'] as const;

const name = fc.constantFrom(...NAMES, 'libmissing.so.1', 'liboutside.so.1');
const library: fc.Arbitrary<TestLibrary> = fc.record({
  needed: fc.uniqueArray(name, { maxLength: 3 }),
  runpath: fc.option(fc.constantFrom(...FOLDERS), { nil: undefined }),
  listed: fc.boolean(),
});
const tree = fc.dictionary(
  fc.tuple(fc.constantFrom(...FOLDERS), fc.constantFrom(...NAMES)).map((parts) => parts.join('/')),
  library,
  { minKeys: 1, maxKeys: 9 },
);
const modifiers = fc.constantFrom(
  '',
  'if-exists:',
  'only-dependencies:',
  'no-dependencies:',
  'even-if-older:',
);
const target = fc.oneof(
  name,
  fc.constantFrom('soname-match:lib*.so.1', '/usr/lib/liba.so.1', '/opt/libb.so.1'),
);
const patterns = fc.array(
  fc.tuple(modifiers, modifiers, target).map((parts) => parts.join('')),
  { minLength: 2, maxLength: 8 },
);

describe('what a capturer remembers of one pattern', () => {
  it('changes nothing for the next: links, messages, errors are those of a new one for each', () => {
    fc.assert(
      fc.property(tree, tree, patterns, (provided, contained, asked) => {
        const provider = aTreeWith(join(temporaryFolder(), 'provider'), provided);
        const container = aTreeWith(temporaryFolder(), contained);
        aLibrary(join(provider, '../liboutside.so.1'));
        mkdirSync(join(provider, 'usr/lib'), { recursive: true });
        symlinkSync('../../../liboutside.so.1', join(provider, 'usr/lib/liboutside.so.1'));
        const one = said({ provider, container, asked, isRemembered: true });
        expect(one).toEqual(said({ provider, container, asked, isRemembered: false }));
      }),
      { numRuns: 200 },
    );
  });
});

/** What came of each pattern, and the links in the end. */
function said({
  provider,
  container,
  asked,
  isRemembered,
}: {
  readonly provider: string;
  readonly container: string;
  readonly asked: readonly string[];
  readonly isRemembered: boolean;
}): unknown {
  const heard: unknown[] = [];
  const destination = aDestination();
  const newCapturer = () =>
    createCapturer(
      { architecture: ARCHITECTURES['x86_64-linux-gnu'], provider, container, linkTarget: '/' },
      (message) => heard.push(message),
    );
  let capturer = newCapturer();
  for (const pattern of asked) {
    heard.push(pattern);
    try {
      capturer.capture(pattern, destination);
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      heard.push(error.message);
    }
    if (!isRemembered) capturer = newCapturer();
  }
  return { heard, links: [...destination.links] };
}
