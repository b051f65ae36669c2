import { posix } from 'node:path';
import { Document } from 'yaml';
import type { DriverClassName } from '../core/drivers/driver.ts';
import { DRI_DRIVERS, VA_API_DRIVERS, VDPAU_DRIVERS } from '../core/editions/common-classes.ts';
import { ARCHITECTURES, isTuple, type Tuple, TUPLES } from '../core/sysroot/architectures.ts';
import { plural } from '../plural.ts';
import type { DriverSetFile } from './driver-set-schema.ts';
import type { DescribedDriver, FoundDriver, SystemReport } from './system-report.ts';

/** A scenario that was made of a report. */
export interface ImportedScenario {
  /** The scenario file, YAML. */
  readonly text: string;
  /** What the report does not tell or could not be taken over, a sentence each. */
  readonly notes: readonly string[];
}

type Drivers = NonNullable<DriverSetFile['drivers']>;
type DriverFile = Exclude<NonNullable<Drivers[DriverClassName]>[number], string>;

/**
 * Makes a scenario of a machine that somebody else has reported: its drivers by class, architecture, library and manifest.
 * What a report does not tell (dependencies, sizes, files of several names) is said, and the files are plain.
 *
 * @param name - name of the scenario
 * @param source - where the report came from, for the head of the file
 */
export function importReport(report: SystemReport, name: string, source: string): ImportedScenario {
  const notes: string[] = [];
  const note = (words: string): void => void notes.push(words);
  const architectures = architecturesOf(report, note);
  const library = createLibraryReader(architectures, note);
  let count = 0;
  const onRead = (): void => void (count += 1);

  const fromManifests = (driverClass: DriverClassName, drivers: readonly DescribedDriver[] | null = null) =>
    (drivers ?? []).flatMap((driver) => {
      const described = library.described(driver);
      if (described === null) return [];
      onRead();
      const layered = driverClass.endsWith('-layer') && driver.name !== null ? { layer: driver.name } : {};
      const archNamed =
        driverClass.startsWith('vulkan-') && driver.library_arch !== null ? { libraryArch: true } : {};
      return [{ ...described, ...layered, ...archNamed }];
    });
  const fromFolders = (
    pick: (arch: SystemReport['architectures'][string]) => readonly FoundDriver[] | null,
  ) =>
    architectures.flatMap((arch) => {
      const listed = report.architectures[arch];
      return listed === undefined ? [] : library.found(pick(listed) ?? [], arch, onRead);
    });

  const { egl, vulkan } = report;
  const openxr = report['openxr-1'];
  const active = openxr?.runtimes?.active ?? null;
  const drivers: Partial<Record<DriverClassName, readonly DriverFile[]>> = {
    'egl-icd': fromManifests('egl-icd', egl?.icds),
    'egl-external-platform': fromManifests('egl-external-platform', egl?.external_platforms),
    'vulkan-icd': fromManifests('vulkan-icd', vulkan?.icds),
    'vulkan-explicit-layer': fromManifests('vulkan-explicit-layer', vulkan?.explicit_layers),
    'vulkan-implicit-layer': fromManifests('vulkan-implicit-layer', vulkan?.implicit_layers),
    'openxr-runtime': fromManifests('openxr-runtime', active === null ? [] : [active]),
    'openxr-explicit-layer': fromManifests('openxr-explicit-layer', openxr?.explicit_layers),
    'openxr-implicit-layer': fromManifests('openxr-implicit-layer', openxr?.implicit_layers),
    vdpau: fromFolders((arch) => arch.vdpau_drivers),
    dri: fromFolders((arch) => arch.dri_drivers),
    'va-api': fromFolders((arch) => arch['va-api_drivers']),
  };
  const libraries: Libraries = {};
  for (const arch of architectures) {
    for (const { soname, path } of library.shared(report.architectures[arch]?.glx_drivers ?? []))
      addLibrary(libraries, soname, path, arch, note);
    // Discovery looks for folders of drivers beside the library that loads them, which a report does not list.
    for (const { name: driverClass, loaders } of [VDPAU_DRIVERS, DRI_DRIVERS, VA_API_DRIVERS]) {
      const first = drivers[driverClass]?.find(({ architectures: [only] = [] }) => only === arch);
      const [loader] = loaders;
      if (
        first === undefined ||
        loader === undefined ||
        loaders.some((soname) => libraries[soname]?.architectures.includes(arch))
      )
        continue;
      addLibrary(libraries, loader, posix.join(posix.dirname(first.file), '..', loader), arch, note);
    }
  }

  if (count === 0) note('The report lists no driver.');
  else {
    note(
      'A report does not tell what drivers depend on, how large they are, or which names are one file: each is a plain ' +
        'library of its own that needs libc.so.6 alone.',
    );
    note(`The C library’s version is not told either, and GBM backends are not: glibc is taken as ${GLIBC}.`);
  }
  const sandbox = report.container?.type ?? null;
  if (sandbox !== null && sandbox !== 'none')
    note(`It was made inside a container (${sandbox}), so its paths are those that a program sees there.`);

  const document = new Document({
    version: 1,
    name,
    description: `${report['os-release']?.pretty_name ?? 'A machine'}: ${plural(count, 'driver')}, from a report of steam-runtime-system-info.`,
    architectures: architectures.length === 0 ? [TUPLES[0]] : architectures,
    strategies: ['per-driver', 'batched', 'batched-dedup', 'in-process'],
    provider: {
      synthetic: {
        glibc: GLIBC,
        ...(Object.keys(libraries).length > 0 && { libraries }),
        drivers: Object.fromEntries(Object.entries(drivers).filter(([, list]) => list.length > 0)),
      },
    },
    container: 'empty',
  });
  document.commentBefore = [`From ${source}.`, ...versionsOf(report), ...notes]
    .map((line) => ` ${printable(line)}`)
    .join('\n');
  return { text: document.toString({ lineWidth: 100 }), notes };
}

/** Debian 12's. */
const GLIBC = '2.36';

/** Architectures that could run something or have a driver; those that are not known to us are said. */
function architecturesOf({ architectures }: SystemReport, note: (words: string) => void): readonly Tuple[] {
  const tuples: Tuple[] = [];
  for (const [name, arch] of Object.entries(architectures)) {
    if (!isTuple(name)) {
      note(`${name} is left out: launchbench knows ${TUPLES.join(', ')}.`);
      continue;
    }
    const lists = [arch.dri_drivers, arch['va-api_drivers'], arch.vdpau_drivers, arch.glx_drivers];
    if (arch['can-run'] === true || lists.some((list) => (list ?? []).length > 0)) tuples.push(name);
    else note(`${name} is left out: it cannot run there, and no driver is listed for it.`);
  }
  return tuples.sort((a, b) => TUPLES.indexOf(a) - TUPLES.indexOf(b));
}

function createLibraryReader(architectures: readonly Tuple[], note: (words: string) => void) {
  const usable = (path: string, whose: string): boolean => {
    const problem = problemOf(path);
    if (problem !== null) note(`${whose} is left out: ${problem}.`);
    return problem === null;
  };
  return {
    /** A driver that a manifest names; null where it cannot be written. */
    described({ json_path: manifest, library_path: path, error }: DescribedDriver): DriverFile | null {
      if (!manifest.startsWith('/')) {
        note(`${manifest} is left out: expected an absolute path of a manifest.`);
        return null;
      }
      if (!usable(manifest, manifest)) return null;
      if (path === null || path === '') {
        note(
          `${manifest} could not be used there${error === null ? '' : ` (${error})`}; it is written as a broken file.`,
        );
        return { manifest, file: 'libunknown.so', broken: true };
      }
      if (!path.includes('/'))
        return usable(path, manifest) ? { manifest, file: path, by: 'soname', needs: C_LIBRARY } : null;
      const relative = !path.startsWith('/');
      const file = withMergedUsr(relative ? posix.join(posix.dirname(manifest), path) : path);
      if (!usable(file, manifest)) return null;
      const arch = architectureOf(file, architectures);
      if (arch === null) {
        note(`${manifest} is left out: no architecture that takes part has ${file}.`);
        return null;
      }
      return {
        manifest,
        file,
        needs: C_LIBRARY,
        architectures: [arch],
        ...(relative && { by: 'relative' as const }),
      };
    },
    /** Drivers of a folder. Links to one file are one driver with further names. */
    found(drivers: readonly FoundDriver[], arch: Tuple, onRead: () => void): readonly DriverFile[] {
      const links = new Map<string, Record<string, string>>();
      for (const { library_path: path, library_link: link } of drivers) {
        if (path === null || !path.startsWith('/') || !usable(path, path)) continue;
        const name = withMergedUsr(path);
        const file =
          link === null || link === '' ? name : withMergedUsr(posix.resolve(posix.dirname(name), link));
        if (!usable(file, path)) continue;
        onRead();
        const names = links.get(file) ?? {};
        if (file !== name) names[name] = link ?? file;
        links.set(file, names);
      }
      return [...links].map(([file, symlinks]) => ({
        file,
        needs: C_LIBRARY,
        architectures: [arch],
        ...(Object.keys(symlinks).length > 0 && { symlinks }),
      }));
    },
    /** Libraries that are found by their SONAME. */
    shared(drivers: readonly FoundDriver[]): readonly { readonly soname: string; readonly path: string }[] {
      return drivers.flatMap(({ library_soname: soname, library_path: path }) => {
        if (soname === null || soname.includes('/') || !usable(soname, soname)) return [];
        if (path === null || !path.startsWith('/') || !usable(path, soname)) return [];
        return [{ soname, path: withMergedUsr(path) }];
      });
    },
  };
}

type Libraries = Record<string, { needs: string; file?: string; directory: string; architectures: Tuple[] }>;

/** Adds a library of one architecture to those of all, which a scenario describes together. */
function addLibrary(
  libraries: Libraries,
  soname: string,
  path: string,
  arch: Tuple,
  note: (words: string) => void,
): void {
  const directory = posix.dirname(path).replace(`/${arch}`, '/{tuple}');
  const known = libraries[soname];
  if (known === undefined) {
    const file = posix.basename(path);
    const named = file === soname ? {} : { file };
    libraries[soname] = { needs: C_LIBRARY, ...named, directory, architectures: [arch] };
  } else if (known.directory === directory) {
    if (!known.architectures.includes(arch)) known.architectures.push(arch);
  } else note(`${soname} of ${arch} is left out: a scenario has one folder for it, ${known.directory}.`);
}

const C_LIBRARY = 'libc.so.6';

/** Longest path that Linux takes, PATH_MAX. */
const LONGEST_PATH = 4096;

/** Why a path cannot be written into a tree; null: it can. */
function problemOf(path: string): string | null {
  if (path === '' || path.length > LONGEST_PATH) return 'its path is empty or too long';
  if (/\p{Cc}/u.test(path)) return 'its path has control characters';
  if (path.startsWith('/') && posix.normalize(path) !== path)
    return `${path} is not the shortest form of its path`;
  if (path.endsWith('/') || path === '.' || path === '..') return `${path} names no file`;
  return null;
}

/** Synthetic trees have a merged /usr, where /lib is a link to usr/lib. */
function withMergedUsr(path: string): string {
  return path.replace(/^\/(?=(lib|lib32|lib64|libx32|bin|sbin)\/)/u, '/usr/');
}

/** The architecture that a library is for, by its path: there is nothing else in a report that tells. */
function architectureOf(path: string, architectures: readonly Tuple[]): Tuple | null {
  const [only] = architectures;
  const named = architectures.find((arch) => path.includes(`/${arch}/`));
  if (named !== undefined) return named;
  if (TUPLES.some((arch) => path.includes(`/${arch}/`))) return null;
  const multilib = architectures.find((arch) =>
    ARCHITECTURES[arch].multilib.some((folder) => path.includes(`/${folder}/`)),
  );
  return multilib ?? only ?? null;
}

/** Versions that the report tells, a line each. */
function versionsOf({ vulkan }: SystemReport): readonly string[] {
  return (vulkan?.icds ?? []).flatMap(({ json_path: manifest, api_version: version }) =>
    version === null ? [] : [`${posix.basename(manifest)}: Vulkan ${version}`],
  );
}

/** A comment ends with its line. */
function printable(line: string): string {
  return line.replace(/\p{Cc}+/gu, ' ');
}
