declare const LAUNCHBENCH_VERSION: string | undefined;

/** Our own version. Bundles carry it; run from the sources, it is a development version. */
export const VERSION = typeof LAUNCHBENCH_VERSION === 'string' ? LAUNCHBENCH_VERSION : '0.0.0-dev';
