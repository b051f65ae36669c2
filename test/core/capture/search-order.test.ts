import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCapturer } from '../../../src/core/capture/capture.ts';
import { ARCHITECTURES } from '../../../src/core/sysroot/architectures.ts';
import { aDestination, aTreeWith } from '../../builders/library-trees.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

/** Where a dependency may lie, the place that is searched first at the head; `listed` stands in the ld.so.cache. */
const PLACES = [
  { by: 'LD_LIBRARY_PATH', folder: '/first-in-path', listed: false },
  { by: 'the next folder of LD_LIBRARY_PATH', folder: '/next-in-path', listed: false },
  { by: 'DT_RUNPATH', folder: '/first-in-runpath', listed: false },
  { by: 'the next folder of DT_RUNPATH', folder: '/next-in-runpath', listed: false },
  { by: 'ld.so.cache', folder: '/in-cache', listed: true },
  { by: 'the default folder /lib', folder: '/lib', listed: false },
  { by: 'the default folder /usr/lib', folder: '/usr/lib', listed: false },
] as const;

// Source: our capture-tool specification, 4.2.
describe('a dependency is looked for along LD_LIBRARY_PATH, DT_RUNPATH, ld.so.cache, /lib, /usr/lib', () => {
  it.each(PLACES.map((place, index) => ({ ...place, index })))(
    'and found by $by before all that follow',
    ({ folder, index }) => {
      expect(dependencyFoundIn(PLACES.slice(index))).toBe(`${folder}/libdep.so.1`);
    },
  );

  it('and not along the DT_RUNPATH of another library', () => {
    const provider = aTreeWith(temporaryFolder(), {
      '/opt/libtop.so.1': { needed: ['libmiddle.so.1'], runpath: '/only-for-top' },
      '/only-for-top/libmiddle.so.1': { needed: ['libdep.so.1'], listed: false },
      '/only-for-top/libdep.so.1': { listed: false },
      '/usr/lib/libdep.so.1': { listed: false },
    });
    expect(linksOf(provider)).toMatchObject({
      'libmiddle.so.1': '/only-for-top/libmiddle.so.1',
      'libdep.so.1': '/usr/lib/libdep.so.1',
    });
  });
});

// What was captured before is passed over where it makes no difference; here it would.
describe('a dependency that two libraries find in two places', () => {
  const LIBRARIES = {
    '/usr/lib/liba.so.1': { needed: ['libmiddle.so.1'] },
    '/usr/lib/libmiddle.so.1': { needed: ['libdep.so.1'] },
    '/usr/lib/libb.so.1': { needed: ['libmiddle.so.1', 'libother.so.1'] },
    '/usr/lib/libother.so.1': { needed: ['libdep.so.1'], runpath: '/newer' },
    '/usr/lib/libdep.so.1.1': { listed: false },
    '/newer/libdep.so.1.3': { listed: false },
  };

  it('is the one that comes first in the library that is captured, whatever was captured before', () => {
    const provider = aTreeWith(temporaryFolder(), LIBRARIES);
    symlinkSync('libdep.so.1.1', join(provider, 'usr/lib/libdep.so.1'));
    symlinkSync('libdep.so.1.3', join(provider, 'newer/libdep.so.1'));
    const container = aTreeWith(temporaryFolder(), { '/usr/lib/libdep.so.1.2': { listed: false } });
    symlinkSync('libdep.so.1.2', join(container, 'usr/lib/libdep.so.1'));
    const linksAfter = (...names: readonly string[]): readonly string[] => {
      const destination = aDestination();
      const capturer = createCapturer({
        architecture: ARCHITECTURES['x86_64-linux-gnu'],
        provider,
        container,
      });
      for (const name of names) capturer.capture(name, destination);
      return [...destination.links.keys()];
    };
    // libmiddle.so.1 comes first, and finds a libdep.so.1 that is older than the container's.
    expect(linksAfter('libb.so.1')).toEqual(['libb.so.1', 'libmiddle.so.1', 'libother.so.1']);
    expect(linksAfter('liba.so.1', 'libb.so.1')).toEqual([
      'liba.so.1',
      'libmiddle.so.1',
      'libb.so.1',
      'libother.so.1',
    ]);
  });
});

/** Where the dependency of a library is found when it lies in these places. */
function dependencyFoundIn(places: readonly (typeof PLACES)[number][]): string | undefined {
  const provider = aTreeWith(temporaryFolder(), {
    '/opt/libtop.so.1': { needed: ['libdep.so.1'], runpath: '/first-in-runpath:/next-in-runpath' },
    ...Object.fromEntries(places.map(({ folder, listed }) => [`${folder}/libdep.so.1`, { listed }])),
  });
  return linksOf(provider)['libdep.so.1'];
}

/** The links that a capture of libtop.so.1 makes: name to target. */
function linksOf(provider: string): Readonly<Record<string, string>> {
  const destination = aDestination();
  const capturer = createCapturer({
    architecture: ARCHITECTURES['x86_64-linux-gnu'],
    provider,
    container: join(provider, 'nowhere'),
    libraryPath: '/first-in-path:/next-in-path',
    linkTarget: '/',
  });
  capturer.capture('libtop.so.1', destination);
  return Object.fromEntries(destination.links);
}
