import { ARCHITECTURES, type Architecture, type Tuple, TUPLES } from '../sysroot/architectures.ts';
import { inspected, type Sysroot } from '../sysroot/sysroot.ts';
import type { Driver } from './driver.ts';
import {
  DEFAULT_IMPORTS,
  type DiscoveryRules,
  type DriverClass,
  type Imports,
  isWanted,
  type ManifestClass,
} from './driver-classes.ts';
import { createLookUp, orNothing } from './library-lookup.ts';
import { driverOf, type ManifestEntry, readManifests } from './manifest-drivers.ts';
import { findManifests } from './manifest-files.ts';
import { findModules, type Lookups } from './module-drivers.ts';
import type { ProviderManifest } from './provider-manifest.ts';
import type { SearchContext } from './search-context.ts';

/** Where to look for drivers, and how. */
export interface DiscoverOptions {
  readonly provider: Sysroot;
  /** What its graphics_provider.json says; it has none unless told. */
  readonly manifest?: ProviderManifest | null | undefined;
  /** Which classes of driver there are, and where each is looked for: an edition. */
  readonly edition: DiscoveryRules;
  /** Architectures that drivers are wanted for; all of one family of machines. */
  readonly architectures: readonly Tuple[];
  /** Variables such as `VK_DRIVER_FILES` and `LIBGL_DRIVERS_PATH` say where to look. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory that relative paths in variables start from, inside the provider. */
  readonly cwd: string;
  /** What is wanted beside drivers: Vulkan layers alone, unless told otherwise. */
  readonly imports?: Partial<Imports> | undefined;
  /** Gets a line for each manifest, or part of one, that was passed over. */
  readonly report?: ((message: string) => void) | undefined;
  /**
   * Gets such a line where the user will look for the driver: a link leads out of the provider, or the format of a
   * layer is newer than the edition; `report` gets it unless told.
   */
  readonly notice?: ((message: string) => void) | undefined;
}

/** The drivers of each architecture, in the order in which they are offered for capture. */
export type DriversByArchitecture = ReadonlyMap<Tuple, readonly Driver[]>;

/**
 * Finds every graphics driver of a provider, without launching anything. A driver that is described by a
 * manifest is listed for every architecture, whichever it was built for: only a capture shows that.
 * Source: our graphics-stack specification, section 3.
 */
export function discoverDrivers(options: DiscoverOptions): DriversByArchitecture {
  const { manifest = null, edition, architectures, env, cwd, report = () => undefined } = options;
  const provider = inspected(options.provider);
  const imports = { ...DEFAULT_IMPORTS, ...options.imports };
  const context: SearchContext = {
    provider,
    env,
    cwd,
    supported: familyOf(architectures),
    report,
    notice: options.notice ?? report,
  };
  const classes = edition.classes.filter((driverClass) => isWanted(driverClass, imports));
  const entriesOf = rememberedManifests(edition, context);
  return new Map(
    architectures.map((tuple) => {
      const architecture = ARCHITECTURES[tuple];
      const settings = manifest?.architectures.get(tuple) ?? null;
      const lookUpSettings = {
        architecture,
        libraryPath: env['LD_LIBRARY_PATH'],
        fallbackPaths: edition.fallbackPaths ?? undefined,
      };
      const lookups: Lookups = {
        inProvider: orNothing(createLookUp(provider, { ...lookUpSettings, linkTarget: '/' })),
        onHost: orNothing(createLookUp(provider, lookUpSettings)),
      };
      const driversOf = (driverClass: DriverClass): readonly Driver[] =>
        driverClass.found === 'by-loader'
          ? findModules(driverClass, architecture, settings, context, lookups)
          : entriesOf(driverClass, architecture).map((entry) =>
              driverOf(entry, architecture, edition, context),
            );
      return [tuple, classes.flatMap(driversOf)];
    }),
  );
}

/** Reads the manifests of a class once, as they are the same for all architectures; but not those of OpenXR runtimes. */
function rememberedManifests(
  edition: DiscoveryRules,
  context: SearchContext,
): (manifestClass: ManifestClass, architecture: Architecture) => readonly ManifestEntry[] {
  const known = new Map<ManifestClass, readonly ManifestEntry[]>();
  return (manifestClass, architecture) => {
    const remembered = known.get(manifestClass);
    if (remembered !== undefined) return remembered;
    const paths = findManifests(manifestClass, architecture, context);
    const entries = readManifests(manifestClass, paths, edition, context);
    if (manifestClass.search.kind !== 'openxr-runtime') known.set(manifestClass, entries);
    return entries;
  };
}

/** Every architecture that machines of the family run, whether it is wanted or not. */
export function familyOf(architectures: readonly Tuple[]): readonly Tuple[] {
  const families = new Set(architectures.map((tuple) => ARCHITECTURES[tuple].family));
  return TUPLES.filter((tuple) => families.has(ARCHITECTURES[tuple].family));
}
