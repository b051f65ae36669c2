import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { canonicalJson } from '../canonical-json.ts';
import { EnvironmentError } from '../errors.ts';
import { type AptOptions, type DebianPackages, downloadPackages } from './apt.ts';
import { cacheFolder, keptFolder } from './kept-folder.ts';
import { ldSoCacheOf } from './ld-so-cache-of-tree.ts';
import { mergeUsr } from './merge-usr.ts';
import { runSystemTool } from './system-tool.ts';
import { orderEntries } from './order-entries.ts';
import { contentOf } from './tree-entry.ts';
import { writeTree } from './write-tree.ts';

/** A tree of unpacked packages. */
export interface DebianTree extends DebianPackages {
  /** Further text files: absolute path → content. */
  readonly files: Readonly<Record<string, string>>;
}

/** Where such a tree lies, and what it is made of. */
export interface UnpackedPackages {
  readonly path: string;
  /** `libc6:amd64` → its version. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * A tree of Debian's packages, downloaded and unpacked the first time and kept in the user's cache. No script of a
 * package is run: what an installation would make besides, the merged `/usr` and the ld.so.cache, is made by us.
 *
 * @param fallback - where the tree goes when the cache cannot be written to
 * @throws EnvironmentError when apt, its archive or room for the tree cannot be had; ScenarioError when the archive lacks
 * a package.
 */
export async function unpackedPackages(
  tree: DebianTree,
  fallback: string,
  options: AptOptions,
): Promise<UnpackedPackages> {
  const place = join(cacheFolder(options.env), 'debian');
  const folder = await keptFolder(place, nameOf(tree), fallback, (draft) => makeTree(tree, draft, options));
  return { path: join(folder, 'tree'), versions: await readVersions(join(folder, VERSIONS)) };
}

/** What the tree is made by; another way of making it has another number. */
const FORMAT = 1;

/** A line for each package. */
const VERSIONS = 'versions';

function nameOf({ suite, packages, architectures, files }: DebianTree): string {
  const content = canonicalJson({
    format: FORMAT,
    suite,
    packages: [...packages].sort(),
    architectures,
    files,
  });
  return `${suite}-${createHash('sha256').update(content).digest('hex').slice(0, 16)}`;
}

async function makeTree(tree: DebianTree, draft: string, options: AptOptions): Promise<void> {
  const download = join(draft, 'download');
  const root = join(draft, 'tree');
  const packages = await downloadPackages(tree, download, options);
  // Our own files come first, into an empty folder: nothing is ever written through a link of a package.
  const files = Object.entries({ ...LD_SO_CONF, ...tree.files }).map(
    ([path, content]) => ({ kind: 'file', path, content: contentOf(Buffer.from(content)) }) as const,
  );
  await writeTree(orderEntries([{ kind: 'directory', path: '/usr' }, ...files]), root, options.signal);
  for (const [index, file] of packages.entries()) {
    options.onStep(`${tree.suite}: unpacking package ${index + 1} of ${packages.length}`);
    const { failed, stderr } = await runSystemTool(['dpkg-deb', '--extract', file, root], options);
    if (failed) throw new EnvironmentError(`${basename(file)} cannot be unpacked: ${stderr.trim()}`);
  }
  await rm(download, { recursive: true });
  mergeUsr(root);
  await writeFile(join(root, 'etc/ld.so.cache'), ldSoCacheOf(root, tree.architectures));
  await writeFile(join(draft, VERSIONS), packages.map((file) => `${identify(file)}\n`).join(''));
}

/** What the package libc-bin brings, which nothing depends on. */
const LD_SO_CONF = { '/etc/ld.so.conf': 'include /etc/ld.so.conf.d/*.conf\n' };

/** `libc6:amd64 2.36-9`, of the file name that apt gives a package. */
function identify(file: string): string {
  const [name = '', version = '', architecture = ''] = basename(file, '.deb').split('_');
  return `${name}:${architecture} ${decodeURIComponent(version)}`;
}

async function readVersions(file: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(file, 'utf8');
  return Object.fromEntries(
    text
      .trimEnd()
      .split('\n')
      .map((line) => {
        const blank = line.indexOf(' ');
        return [line.slice(0, blank), line.slice(blank + 1)] as const;
      }),
  );
}
