import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createInspector } from '../../../src/core/sysroot/inspector.ts';
import { compareBytes } from '../../../src/core/sysroot/byte-text.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { SysrootError } from '../../../src/errors.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

/** A tree of files and links: `-> target` is a link, anything else the content of a file. */
function aTree(entries: Readonly<Record<string, string>>): string {
  const root = join(temporaryFolder(), 'tree');
  mkdirSync(root);
  for (const [path, content] of Object.entries(entries)) {
    const place = join(root, path);
    mkdirSync(dirname(place), { recursive: true });
    if (content.startsWith('-> ')) symlinkSync(content.slice(3), place);
    else writeFileSync(place, content);
  }
  return root;
}

describe('resolving a path as though chrooted', () => {
  it.each<{ given: string; entries: Record<string, string>; path: string; found: string | null }>([
    { given: 'a plain file', entries: { 'a/f': '' }, path: '/a/f', found: '/a/f' },
    { given: 'dots and slashes', entries: { 'a/f': '' }, path: '//a/./b/..//../a/f', found: null },
    { given: 'dots within what is there', entries: { 'a/f': '' }, path: '/a/./../a//f', found: '/a/f' },
    { given: 'the top', entries: { f: '' }, path: '/', found: '/' },
    { given: 'dots that go above the top', entries: { f: '' }, path: '/../../f', found: '/f' },
    {
      given: 'an absolute link',
      entries: { 'usr/lib/f': '', lib: '-> /usr/lib' },
      path: '/lib/f',
      found: '/usr/lib/f',
    },
    {
      given: 'a relative link',
      entries: { 'usr/lib/f': '', lib: '-> usr/lib' },
      path: '/lib/f',
      found: '/usr/lib/f',
    },
    {
      given: 'a link out of the tree',
      entries: { f: '', l: '-> ../../../../../f' },
      path: '/l',
      found: '/f',
    },
    { given: 'a dangling link', entries: { l: '-> /none' }, path: '/l', found: null },
    { given: 'a link to itself', entries: { l: '-> l' }, path: '/l', found: null },
    { given: 'links in a ring', entries: { a: '-> /b', b: '-> /a' }, path: '/a/f', found: null },
    { given: 'a file used as a folder', entries: { f: '' }, path: '/f/g', found: null },
    { given: 'a file with a slash behind it', entries: { f: '' }, path: '/f/', found: null },
    { given: 'a folder with a slash behind it', entries: { 'd/f': '' }, path: '/d/', found: '/d' },
  ])('$given: $path → $found', ({ entries, path, found }) => {
    expect(openSysroot(aTree(entries)).resolve(path)).toBe(found);
  });

  it('follows at most 40 links', () => {
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, i) => [`l${i}`, i + 1 < length ? `-> l${i + 1}` : '-> f'] as const),
      );
    expect(openSysroot(aTree({ f: '', ...chain(40) })).resolve('/l0')).toBe('/f');
    expect(openSysroot(aTree({ f: '', ...chain(41) })).resolve('/l0')).toBeNull();
  });
});

describe('opening a tree', () => {
  it('takes the path that links lead to', () => {
    const root = aTree({ f: '' });
    symlinkSync(root, `${root}-link`);
    expect(openSysroot(`${root}-link`).root).toBe(openSysroot(root).root);
  });

  it.each([
    ['nothing', 'none'],
    ['a file', 'f'],
  ])('refuses %s', (_, path) => {
    expect(() => openSysroot(join(aTree({ f: '' }), path))).toThrow(SysrootError);
  });

  it('knows whether it is this machine', () => {
    expect(openSysroot('/').isHost).toBe(true);
    expect(openSysroot(aTree({})).isHost).toBe(false);
  });
});

describe('a path put together naively', () => {
  it('is where the kernel looks, links not considered', () => {
    const root = aTree({ l: '-> /etc' });
    expect(openSysroot(root).naive('/l/passwd')).toBe(join(openSysroot(root).root, 'l/passwd'));
  });

  it.each([
    { given: 'an absolute link', path: '/absolute', place: 'd/f' },
    { given: 'an absolute link among the folders', path: '/lib/f', place: 'd/f' },
    { given: 'a link with more dots than folders', path: '/up', place: 'd/f' },
    { given: 'a relative link', path: '/relative', place: 'd/f' },
    { given: 'no link', path: '/d/f', place: 'd/f' },
    { given: 'a link to what is only outside', path: '/outside', place: 'etc' },
    { given: 'nothing', path: '/none/f', place: 'none/f' },
    { given: 'something below a file', path: '/d/f/g', place: 'd/f/g' },
  ])('in a confined tree follows $given inside it', ({ path, place }) => {
    const tree = openSysroot(
      aTree({
        'd/f': '',
        absolute: '-> /d/f',
        lib: '-> /d',
        up: '-> ../../../../../../../../d/f',
        relative: '-> d/f',
        outside: '-> /etc/passwd',
      }),
      { confined: true },
    );
    expect(tree.naive(path)).toBe(join(tree.root, place));
  });

  it('in a confined tree leads to nothing when links go round in circles', () => {
    const tree = openSysroot(aTree({ l: '-> l' }), { confined: true });
    expect(existsSync(tree.naive('/l'))).toBe(false);
  });
});

describe('a link that leads out of the tree', () => {
  const entries = {
    'd/f': '',
    lib: '-> /d',
    up: '-> ../d/f',
    'd/up': '-> ../d/f',
    alternatives: '-> through',
    through: '-> /d/f',
  };

  it.each([
    { path: '/lib/f', escape: { link: '/lib', target: '/d' } },
    { path: '/up', escape: { link: '/up', target: '../d/f' } },
    { path: '/alternatives', escape: { link: '/through', target: '/d/f' } },
    { path: '/d/up', escape: null },
    { path: '/d/f', escape: null },
    { path: '/none', escape: null },
  ])('is known: on the way to $path, $escape', ({ path, escape }) => {
    expect(openSysroot(aTree(entries)).escapeOf(path)).toEqual(escape);
  });

  it('is none in the tree of this machine', () => {
    expect(openSysroot('/').escapeOf('/proc/self/exe')).toBeNull();
  });
});

describe('an inspector', () => {
  it('has a tree read once, whoever asks', () => {
    const root = aTree({ 'd/f': '' });
    const inspector = createInspector();
    const before = openSysroot(root, { inspector });
    expect(before.list('/d')).toEqual(['f']);
    writeFileSync(join(root, 'd/g'), '');
    expect(openSysroot(root, { inspector }).list('/d')).toEqual(['f']);
    expect(openSysroot(root, { inspector: createInspector() }).list('/d')).toEqual(['f', 'g']);
  });

  it('is needed for that: a tree without one is looked at anew', () => {
    const tree = openSysroot(aTree({ f: '' }));
    expect(tree.resolve('/g')).toBeNull();
    writeFileSync(join(tree.root, 'g'), '');
    expect(tree.resolve('/g')).toBe('/g');
  });
});

describe('listing', () => {
  it('sorts by byte, as LC_ALL=C does', () => {
    const tree = openSysroot(aTree({ 'd/b': '', 'd/B': '', 'd/ä': '', 'd/.h': '', 'd/10': '', 'd/9': '' }));
    expect(tree.list('/d')).toEqual(['.h', '10', '9', 'B', 'b', 'ä']);
  });

  it('has nothing to say about what is no directory', () => {
    expect(openSysroot(aTree({ f: '' })).list('/f')).toBeNull();
    expect(openSysroot(aTree({ f: '' })).list('/none')).toBeNull();
  });

  it('orders text outside the basic plane behind all that is in it', () => {
    expect(['\u{1F600}', '\uFF5E'].sort(compareBytes)).toEqual(['\uFF5E', '\u{1F600}']);
  });
});
