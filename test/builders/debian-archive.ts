import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isTuple } from '../../src/core/sysroot/architectures.ts';
import { DEBIAN_NAMES } from '../../src/provision/apt.ts';
import { aLibrary } from './library-trees.ts';
import { outputOf } from './programs.ts';

/** A package to be made: of libraries, or other files and links. */
export interface TestPackage {
  readonly name: string;
  readonly architecture: string;
  readonly version?: string;
  readonly depends?: string;
  readonly recommends?: string;
  /** Places of libraries that are called like their files. */
  readonly libraries?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
}

/** An archive on this machine, and the environment in which apt knows no other. */
export interface TestArchive {
  readonly root: string;
  readonly suite: string;
  /** The files of the packages, in the order in which they were given. */
  readonly packages: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What was last written for apt: its configuration and its sources. */
  readonly sources: string;
}

/** Makes an archive with one suite, and a configuration of apt with that archive alone. */
export function aDebianArchive(
  folder: string,
  packages: readonly TestPackage[],
  suite = 'testbird',
): TestArchive {
  const root = join(folder, 'archive');
  const files = packages.map((described) => buildPackage(join(folder, 'build'), root, described));
  const architectures = Object.values(DEBIAN_NAMES);
  const lists = architectures.map((architecture) => {
    const path = `main/binary-${architecture}/Packages`;
    const here = packages.flatMap((described, index) =>
      [architecture, 'all'].includes(described.architecture)
        ? [stanzaOf(described, root, files[index] ?? '')]
        : [],
    );
    write(join(root, 'dists', suite, path), here.join('\n'));
    return ` ${checksums(join(root, 'dists', suite, path))} ${path}`;
  });
  write(
    join(root, 'dists', suite, 'Release'),
    [
      ...[
        `Suite: ${suite}`,
        `Codename: ${suite}`,
        'Components: main',
        `Architectures: ${architectures.join(' ')}`,
      ],
      ...['Date: Fri, 27 Nov 2026 00:00:00 UTC', 'SHA256:', ...lists, ''],
    ].join('\n'),
  );
  return forApt(folder, { root, suite, packages: files });
}

/** The same archive in another folder, which takes a tenth of the time of making one. */
export function aCopyOf({ root, suite, packages }: TestArchive, folder: string): TestArchive {
  const copy = join(folder, 'archive');
  cpSync(root, copy, { recursive: true });
  return forApt(folder, {
    root: copy,
    suite,
    packages: packages.map((file) => join(copy, relative(root, file))),
  });
}

/** Writes a configuration of apt into the folder. */
function forApt(folder: string, archive: Pick<TestArchive, 'root' | 'suite' | 'packages'>): TestArchive {
  const { root, suite } = archive;
  const sources = join(folder, 'local.list');
  write(sources, `deb [trusted=yes] file:${root} ${suite} main\n`);
  write(join(folder, 'apt.conf'), `Dir::Etc::sourcelist "${sources}";\nDir::Etc::sourceparts "/dev/null";\n`);
  const env = {
    ...{ PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] },
    ...{ APT_CONFIG: join(folder, 'apt.conf'), XDG_CACHE_HOME: join(folder, 'cache') },
  };
  return { ...archive, env, sources };
}

function buildPackage(work: string, root: string, described: TestPackage): string {
  const { name, architecture, version = '1.0-1', libraries = [], files = {}, links = {} } = described;
  const tree = join(work, `${name}_${architecture}`);
  for (const path of libraries) {
    const tuple = path.split('/').find(isTuple);
    aLibrary(join(tree, path), tuple === undefined ? {} : { tuple });
  }
  for (const [path, content] of Object.entries(files)) write(join(tree, path), content);
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    symlinkSync(target, join(tree, path));
  }
  write(join(tree, 'DEBIAN/control'), [...controlOf(described), ''].join('\n'));
  const file = join(root, 'pool', `${name}_${version.replace(':', '%3a')}_${architecture}.deb`);
  mkdirSync(dirname(file), { recursive: true });
  outputOf('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, file]);
  return file;
}

function controlOf({
  name,
  architecture,
  version = '1.0-1',
  depends,
  recommends,
}: TestPackage): readonly string[] {
  return [
    ...[
      `Package: ${name}`,
      `Version: ${version}`,
      `Architecture: ${architecture}`,
      `Multi-Arch: ${architecture === 'all' ? 'foreign' : 'same'}`,
    ],
    ...(depends === undefined ? [] : [`Depends: ${depends}`]),
    ...(recommends === undefined ? [] : [`Recommends: ${recommends}`]),
    ...['Maintainer: nobody <nobody@localhost>', 'Description: made for a test'],
  ];
}

function stanzaOf(described: TestPackage, root: string, file: string): string {
  const [digest, size] = checksums(file).split(' ');
  const path = file.slice(root.length + 1);
  return [
    ...controlOf(described),
    `Filename: ${path}`,
    `Size: ${size ?? ''}`,
    `SHA256: ${digest ?? ''}`,
    '',
  ].join('\n');
}

function checksums(file: string): string {
  return `${createHash('sha256').update(readFileSync(file)).digest('hex')} ${statSync(file).size}`;
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
