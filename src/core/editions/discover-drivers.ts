import {
  discoverDrivers as discover,
  type DiscoverOptions,
  type DriversByArchitecture,
} from '../drivers/discover.ts';
import { editionNamed } from './editions.ts';

/** What to discover; without an edition, as upstream does today. */
export type DiscoverDriversOptions = Omit<DiscoverOptions, 'edition'> &
  Partial<Pick<DiscoverOptions, 'edition'>>;

/**
 * Finds every graphics driver of a provider, without launching anything.
 */
export function discoverDrivers(options: DiscoverDriversOptions): DriversByArchitecture {
  return discover({ ...options, edition: options.edition ?? editionNamed() });
}
