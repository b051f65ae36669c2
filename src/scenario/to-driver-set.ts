import { DRIVER_CLASS_NAMES, type DriverClassName } from '../core/drivers/driver.ts';
import type {
  DriverSet,
  SyntheticBinary,
  SyntheticDriver,
  SyntheticLibrary,
  SyntheticManifest,
} from '../provision/driver-set.ts';
import type { DriverSetFile, LayerFile } from './driver-set-schema.ts';

type LibraryFile = NonNullable<DriverSetFile['libraries']>[string];
type DescribedLibrary = Exclude<LibraryFile, string | readonly string[]>;
type DriverFile = NonNullable<NonNullable<DriverSetFile['drivers']>[DriverClassName]>[number];
/** A driver of any class: a layer of Vulkan can say everything. */
type DescribedDriver = Pick<LayerFile, 'file'> & Partial<LayerFile>;

/** Spells out what a scenario file leaves to defaults. */
export function toDriverSet(file: DriverSetFile): DriverSet {
  const { glibc = null, libraries = {}, drivers = {}, files = {}, symlinks = {} } = file;
  return {
    glibc,
    libraries: Object.entries(libraries).map(([soname, library]) => toLibrary(soname, library)),
    drivers: DRIVER_CLASS_NAMES.flatMap((driverClass) =>
      (drivers[driverClass] ?? []).map((driver) => toDriver(driverClass, driver)),
    ),
    files,
    symlinks,
  };
}

function toLibrary(soname: string, library: LibraryFile): SyntheticLibrary {
  const described: DescribedLibrary =
    typeof library === 'string' || Array.isArray(library) ? { needs: library } : library;
  return {
    ...toBinary(described),
    soname,
    file: described.file ?? soname,
    directory: described.directory ?? null,
    versions: toNames(described.versions),
    symbols: toNames(described.symbols),
  };
}

function toDriver(driverClass: DriverClassName, driver: DriverFile): SyntheticDriver {
  const described: DescribedDriver = typeof driver === 'string' ? { file: driver } : driver;
  const { file, hardLinks, symlinks = {}, soname } = described;
  const manifest = toManifest(described);
  return {
    ...toBinary(described),
    driverClass,
    file,
    hardLinks: toNames(hardLinks),
    symlinks,
    // A library that is found by its SONAME has one.
    soname: soname ?? (manifest?.by === 'soname' ? file.slice(file.lastIndexOf('/') + 1) : null),
    manifest,
  };
}

function toManifest({
  manifest: file,
  by = 'path',
  broken = false,
  layer,
  libraryArch = false,
}: Partial<LayerFile>): SyntheticManifest | null {
  return file === undefined ? null : { file, by, broken, layer: layer ?? null, libraryArch };
}

function toBinary(
  file: Pick<DescribedLibrary, 'architectures' | 'needs' | 'runpath' | 'size' | 'problem'>,
): SyntheticBinary {
  return {
    architectures: file.architectures ?? null,
    needs: toNames(file.needs),
    runpath: file.runpath ?? null,
    sizeBytes: file.size === undefined ? null : toBytes(file.size),
    problem: file.problem ?? null,
  };
}

/** The names of a list, or of a text with blanks between them. */
export function toNames(names: string | readonly string[] = []): readonly string[] {
  return typeof names === 'string' ? names.trim().split(/\s+/u) : names;
}

/** `25 MiB` → 26214400. */
function toBytes(size: number | string): number {
  if (typeof size === 'number') return size;
  return Math.round(Number.parseFloat(size) * (size.endsWith('MiB') ? 1024 ** 2 : 1024));
}
