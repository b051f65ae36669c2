import { ARCHITECTURES, type Tuple, TUPLES } from '../sysroot/architectures.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';
import { DRIVER_CLASS_NAMES, type Driver, type DriverClassName } from './driver.ts';
import { DRIVER_CLASSES } from './driver-classes.ts';
import { createLibraryLookup } from './library-lookup.ts';
import { driverOf, type ManifestEntry, readManifests } from './manifest-drivers.ts';
import { findModules } from './module-drivers.ts';
import type { SearchContext } from './search-context.ts';

/** Where to look for drivers, and how. */
export interface DiscoverOptions {
  readonly provider: Sysroot;
  /** Architectures that drivers are wanted for; all of one family of machines. */
  readonly architectures: readonly Tuple[];
  /** Variables such as `VK_DRIVER_FILES` and `LIBGL_DRIVERS_PATH` say where to look. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory that relative paths in variables start from, inside the provider. */
  readonly cwd: string;
  /** Whether Vulkan layers are wanted; they are unless told otherwise. */
  readonly importLayers?: boolean | undefined;
  /** Gets a line for each manifest, or part of one, that was passed over. */
  readonly report?: ((message: string) => void) | undefined;
}

/** The drivers of each architecture, in the order in which they are offered for capture. */
export type DriversByArchitecture = ReadonlyMap<Tuple, readonly Driver[]>;

/**
 * Finds every graphics driver of a provider, without launching anything. A driver that is described by a
 * manifest is listed for every architecture, whichever it was built for: only a capture shows that.
 * Source: our graphics-stack specification, section 3.
 *
 * @throws SysrootError when the provider is confined and a manifest or module leads out of it.
 */
export function discoverDrivers(options: DiscoverOptions): DriversByArchitecture {
  const { provider, architectures, env, cwd, importLayers = true, report = () => undefined } = options;
  const context: SearchContext = { provider, env, cwd, supported: familyOf(architectures) };
  const manifests = new Map(
    DRIVER_CLASS_NAMES.map((name) => [name, readClass(name, context, importLayers, report)]),
  );
  return new Map(
    architectures.map((tuple) => {
      const architecture = ARCHITECTURES[tuple];
      const lookup = createLibraryLookup(provider, architecture, env['LD_LIBRARY_PATH']);
      const drivers = DRIVER_CLASS_NAMES.flatMap((name) => {
        const driverClass = DRIVER_CLASSES[name];
        return driverClass.found === 'by-loader'
          ? findModules(name, driverClass, architecture, context, lookup)
          : (manifests.get(name) ?? []).map((entry) => driverOf(entry, provider, architecture));
      });
      return [tuple, drivers];
    }),
  );
}

function readClass(
  name: DriverClassName,
  context: SearchContext,
  importLayers: boolean,
  report: (message: string) => void,
): readonly ManifestEntry[] {
  const driverClass = DRIVER_CLASSES[name];
  if (driverClass.found !== 'by-manifest') return [];
  if (driverClass.manifests === 'layer' && !importLayers) return [];
  return readManifests(name, driverClass, context, report);
}

/** Every architecture that machines of the family run, whether it is wanted or not. */
export function familyOf(architectures: readonly Tuple[]): readonly Tuple[] {
  const families = new Set(architectures.map((tuple) => ARCHITECTURES[tuple].family));
  return TUPLES.filter((tuple) => families.has(ARCHITECTURES[tuple].family));
}
