import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseLdSoCache } from '../../src/core/sysroot/ld-so-cache.ts';
import { writeLdSoCache } from '../../src/provision/ld-so-cache-writer.ts';
import type { Random } from '../../src/statistics/random.ts';
import { cacheEntries } from './cache-entries.ts';
import { type KeptStack, listFile, readList } from './kept-overrides.ts';
import { entriesBelow, mutateTree, MUTATION_KINDS } from './mutate-tree.ts';

/** Changes one thing that overrides might depend on, and says what kind of thing. There must be overrides. */
export function changeSomething(stack: KeptStack, random: Random): string {
  const kinds = Object.entries(CHANGES);
  for (;;) {
    const [kind, change] = pick(kinds, random);
    // An ordinary user may not read what was forbidden before.
    if (attempt(() => change(stack, random))) return kind;
  }
}

/** Returns whether there was something to change. */
type Change = (stack: KeptStack, random: Random) => boolean;

const TUPLE = 'x86_64-linux-gnu';
const LIBDIR = `usr/lib/${TUPLE}`;

const CHANGES: Readonly<Record<string, Change>> = {
  'a file is replaced by another one': onFile((file, stack, random) => {
    const other = pick(filesOf(stack), random);
    copyFileSync(other, `${file}.new`);
    renameSync(`${file}.new`, file);
  }),
  'a file is replaced by one of its size and time': onFile((file, _, random) => {
    const { atime, mtime } = statSync(file);
    writeFileSync(`${file}.new`, changedBytes(file, random));
    utimesSync(`${file}.new`, atime, mtime);
    renameSync(`${file}.new`, file);
  }),
  'a file is written to in place, and its time set back': onFile((file, _, random) => {
    const { atime, mtime } = statSync(file);
    writeFileSync(file, changedBytes(file, random));
    utimesSync(file, atime, mtime);
  }),
  'a file becomes another name of another one': onFile((file, stack, random) => {
    const other = pick(filesOf(stack), random);
    if (other === file) return;
    rmSync(file);
    linkSync(other, file);
  }),
  'a link leads elsewhere': on('link', (link, stack, random) => {
    rmSync(link);
    const target = pick(entriesOf(stack), random);
    const forms = [
      target,
      basename(target),
      `/${LIBDIR}/${basename(target)}`,
      '../nowhere',
      `../${basename(dirname(target))}`,
    ];
    symlinkSync(pick(forms, random), link);
  }),
  'a folder becomes a link to where it is now': on('folder', (folder) => {
    renameSync(folder, `${folder}.moved`);
    symlinkSync(`${basename(folder)}.moved`, folder);
  }),
  'a manifest is added': (stack, random) => {
    const manifests = filesOf(stack).filter((file) => file.endsWith('.json'));
    if (manifests.length === 0) return false;
    const manifest = pick(manifests, random);
    const folders = [dirname(manifest), ...MANIFEST_FOLDERS.map((folder) => join(stack.provider, folder))];
    return tried(() => {
      const folder = pick(folders, random);
      mkdirSync(folder, { recursive: true });
      copyFileSync(manifest, join(folder, `${Math.floor(random() * 100)}.json`));
    });
  },
  'a manifest names another library': onFile((file, stack, random) => {
    const library = `/${LIBDIR}/${basename(pick(filesOf(stack), random))}`;
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/"library_path": *"[^"]*"/, `"library_path":"${library}"`),
    );
  }, /\.json$/),
  'a cache is rebuilt': onFile((file, _, random) => {
    const entries = cacheEntries(parseLdSoCache(readFileSync(file)));
    const kept = entries.filter(() => random() < 0.9);
    writeFileSync(
      `${file}~`,
      writeLdSoCache(kept.map(({ name, path }) => ({ soname: name, path, tuple: TUPLE }))),
    );
    renameSync(`${file}~`, file);
  }, /ld\.so\.cache$/),
  'the container is updated': (stack, random) =>
    tried(() => {
      const from = pick(filesOf(stack), random);
      const name = basename(from);
      const libdir = join(stack.container, LIBDIR);
      mkdirSync(libdir, { recursive: true });
      copyFileSync(from, join(libdir, `${name}.9.9`));
      rmSync(join(libdir, name), { force: true });
      symlinkSync(`${name}.9.9`, join(libdir, name));
    }),
  'something appears where nothing was': (stack, random) => {
    const { places } = readList(stack);
    const missing = places.filter((_, at) => places[at + 1] === '-' && isInTrees(places[at] ?? '', stack));
    if (missing.length === 0) return false;
    const place = pick(missing, random);
    return tried(() => {
      const way = random();
      if (way < 0.3) mkdirSync(place);
      else if (way < 0.6) copyFileSync(pick(filesOf(stack), random), place);
      else if (way < 0.8) symlinkSync(pick(entriesOf(stack), random), place);
      else {
        const manifests = filesOf(stack).filter((file) => file.endsWith('.json'));
        mkdirSync(join(place, 'icd.d'), { recursive: true });
        copyFileSync(pick(manifests, random), join(place, 'icd.d/new.json'));
      }
    });
  },
  'permissions change': (stack, random) => {
    const place = pick(watchedOr(entriesOf(stack), stack, random), random);
    if (lstatSync(place).isSymbolicLink()) return false;
    chmodSync(place, pick([0o000, 0o400, 0o644, 0o755], random));
    return true;
  },
  'a file is touched': onFile((file) => {
    utimesSync(file, 1, 1);
  }),
  'a tree is moved, and a link in its place': (stack, random) => {
    const tree = pick([stack.provider, stack.container], random);
    if (lstatSync(tree).isSymbolicLink()) return false;
    renameSync(tree, `${tree}.moved`);
    symlinkSync(`${tree}.moved`, tree);
    return true;
  },
  'an entry is damaged, removed or replaced': (stack, random) => {
    const entry = Math.floor(random() * 1e9);
    return tried(() => {
      mutateTree(
        [realpathSync(pick([stack.provider, stack.container], random))],
        [
          {
            kind: pick(MUTATION_KINDS, random),
            entry,
            at: Math.floor(random() * 1e6),
            value: Math.floor(random() * 256),
          },
        ],
      );
    });
  },
  'a variable changes': (stack, random) => {
    const name = pick(Object.keys(readList(stack).variables), random);
    const values = [
      undefined,
      '',
      '/usr/lib',
      `/${LIBDIR}/dri`,
      `/${LIBDIR}`,
      '/etc:/usr/share',
      '/usr/share/vulkan/icd.d/a_icd.json',
    ];
    stack.options = { ...stack.options, env: { ...stack.options.env, [name]: pick(values, random) } };
    return true;
  },
  'a variable changes that nothing depends on': (stack, random) => {
    stack.options = { ...stack.options, env: { ...stack.options.env, EDITOR: String(random()) } };
    return true;
  },
  'something else is asked for': (stack, random) => {
    const others = [
      { edition: '2022' },
      { edition: '2026' },
      { confined: true },
      { confined: false },
      { imports: { vulkanLayers: random() < 0.5 } },
      { architectures: [TUPLE, 'i386-linux-gnu'] },
      { architectures: [TUPLE] },
      { providerInContainer: '/run/elsewhere' },
      { overridesInContainer: '/overrides' },
    ] as const;
    stack.options = { ...stack.options, ...pick(others, random) };
    return true;
  },
  'the overrides are tampered with': ({ overrides }, random) => {
    const top = realpathSync(overrides);
    const entry = pick([top, ...entriesBelow(top)], random);
    const stats = lstatSync(entry);
    return tried(() => {
      const way = random();
      if (way < 0.2 && entry !== top) rmSync(entry, { recursive: true });
      else if (stats.isSymbolicLink()) {
        rmSync(entry);
        symlinkSync('/elsewhere', entry);
      } else if (stats.isDirectory()) {
        if (way < 0.6) symlinkSync('/elsewhere', join(entry, `libadded.so.${Math.floor(random() * 9)}`));
        else if (way < 0.8) mkdirSync(join(entry, 'added'));
        else if (entry !== top) {
          renameSync(entry, `${entry}.moved`);
          mkdirSync(entry);
        }
      } else if (way < 0.6) appendFileSync(entry, ' ');
      else writeFileSync(entry, changedBytes(entry, random));
    });
  },
  'the list is damaged': (stack, random) => {
    const list = listFile(stack);
    const way = random();
    if (way < 0.4) truncateSync(list, Math.floor(random() * statSync(list).size));
    else if (way < 0.8) writeFileSync(list, changedBytes(list, random));
    else rmSync(list);
    return true;
  },
  'older overrides are put back, or their list': (stack, random) => {
    const store = `${stack.overrides}.reuse`;
    const older = readdirSync(store).filter((id) => existsSync(join(store, id, 'list')));
    const id = pick(older, random);
    if (random() < 0.5) copyFileSync(join(store, id, 'list'), `${listFile(stack)}.new`);
    if (existsSync(`${listFile(stack)}.new`)) renameSync(`${listFile(stack)}.new`, listFile(stack));
    else {
      rmSync(stack.overrides);
      symlinkSync(`${basename(store)}/${id}/overrides`, stack.overrides);
    }
    return true;
  },
  'the overrides are removed': ({ overrides }) => {
    rmSync(overrides);
    return true;
  },
};

const MANIFEST_FOLDERS = [
  'etc/vulkan/icd.d',
  'usr/share/vulkan/implicit_layer.d',
  'usr/share/egl/egl_external_platform.d',
  'etc/glvnd/egl_vendor.d',
  'home/user/.local/share/vulkan/icd.d',
] as const;

/** A change of one file whose name matches, or which has any. */
function onFile(change: (file: string, stack: KeptStack, random: Random) => void, names = /./): Change {
  return (stack, random) => {
    const files = watchedOr(filesOf(stack), stack, random).filter(
      (file) => names.test(file) && kindOf(file) === 'file',
    );
    if (files.length === 0) return false;
    return tried(() => {
      change(pick(files, random), stack, random);
    });
  };
}

function on(
  kind: 'link' | 'folder',
  change: (place: string, stack: KeptStack, random: Random) => void,
): Change {
  return (stack, random) => {
    const places = watchedOr(entriesOf(stack), stack, random).filter((place) => kindOf(place) === kind);
    if (places.length === 0) return false;
    return tried(() => {
      change(pick(places, random), stack, random);
    });
  };
}

/** Trees that were changed before may be in the way of a change: links in circles, files for folders, no manifests. */
function tried(change: () => void): boolean {
  return attempt(() => {
    change();
    return true;
  });
}

function attempt(change: () => boolean): boolean {
  try {
    return change();
  } catch {
    return false;
  }
}

/** Mostly something that the overrides depend on, as the list says; sometimes anything. */
function watchedOr(any: readonly string[], stack: KeptStack, random: Random): readonly string[] {
  if (random() < 0.3) return any;
  const watched = readList(stack).places.filter(
    (place, at) => at % 2 === 0 && isInTrees(place, stack) && existsSync(place),
  );
  return watched.length === 0 ? any : watched;
}

function isInTrees(place: string, { provider, container }: KeptStack): boolean {
  return [provider, container].some((tree) => place.startsWith(`${realpathSync(tree)}/`));
}

function entriesOf({ provider, container }: KeptStack): readonly string[] {
  return [provider, container].flatMap((tree) => entriesBelow(realpathSync(tree)));
}

function filesOf(stack: KeptStack): readonly string[] {
  return entriesOf(stack).filter((entry) => kindOf(entry) === 'file');
}

function kindOf(place: string): 'file' | 'link' | 'folder' | null {
  const stats = lstatSync(place, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (stats.isSymbolicLink()) return 'link';
  return stats.isFile() ? 'file' : 'folder';
}

function changedBytes(file: string, random: Random): Buffer {
  const bytes = readFileSync(file);
  if (bytes.length > 0)
    bytes[Math.floor(random() * Math.min(bytes.length, 2048))] = Math.floor(random() * 256);
  return bytes;
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const [item] = items.slice(Math.floor(random() * items.length));
  if (items.length === 0) throw new Error('nothing to pick from');
  return item as Item;
}
