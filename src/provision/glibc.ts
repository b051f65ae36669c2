import { GLIBC_FAMILY, LIBC } from '../core/capture/glibc-family.ts';
import type { Tuple } from '../core/sysroot/architectures.ts';
import type { SyntheticLibrary } from './driver-set.ts';

/**
 * What comes with libc.so.6 on Debian 12. All but the NSS modules are captured together with it.
 * Source: our capture-tool specification, section 7.
 */
const COMPANIONS = [
  // Later releases of glibc have no libcidn.so.1.
  ...GLIBC_FAMILY.filter((soname) => soname !== LIBC && soname !== 'libcidn.so.1'),
  'libnss_compat.so.2',
  'libnss_dns.so.2',
  'libnss_files.so.2',
  'libnss_hesiod.so.2',
];

/** The first version of the symbols of glibc on an architecture. Source: glibc, shlib-versions. */
const FIRST_VERSION: Readonly<Record<Tuple, { readonly name: string; readonly minor: number }>> = {
  'x86_64-linux-gnu': { name: 'GLIBC_2.2.5', minor: 2 },
  'i386-linux-gnu': { name: 'GLIBC_2.0', minor: 0 },
  'aarch64-linux-gnu': { name: 'GLIBC_2.17', minor: 17 },
};

/**
 * The C library of a synthetic tree. Which of two is newer is decided by the version definitions of
 * libc.so.6, so those are as in the real one: a later release defines all that an earlier one does.
 */
export function glibcLibraries(version: string, tuple: Tuple): readonly SyntheticLibrary[] {
  const first = FIRST_VERSION[tuple];
  const minor = Number(version.slice(version.indexOf('.') + 1));
  const later = Array.from(
    { length: Math.max(0, minor - first.minor) },
    (_, index) => `GLIBC_2.${first.minor + index + 1}`,
  );
  const libc = library(LIBC, [], [first.name, ...later, 'GLIBC_PRIVATE']);
  return [libc, ...COMPANIONS.map((soname) => library(soname, [LIBC], []))];
}

function library(soname: string, needs: readonly string[], versions: readonly string[]): SyntheticLibrary {
  return {
    soname,
    file: soname,
    directory: null,
    architectures: null,
    needs,
    runpath: null,
    sizeBytes: null,
    problem: null,
    versions,
    symbols: [],
  };
}
