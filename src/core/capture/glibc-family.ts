/**
 * The libraries of glibc that only work with the libc.so.6 of the same build, in the order in which they are
 * captured. Source: our capture-tool specification, section 7.
 */
export const GLIBC_FAMILY: readonly string[] = [
  'libBrokenLocale.so.1',
  'libanl.so.1',
  'libc.so.6',
  'libcidn.so.1',
  'libdl.so.2',
  'libm.so.6',
  'libmemusage.so',
  'libmvec.so.1',
  'libnsl.so.1',
  'libpcprofile.so',
  'libpthread.so.0',
  'libresolv.so.2',
  'librt.so.1',
  'libthread_db.so.1',
  'libutil.so.1',
];

/** The member that is compared; all others follow it. */
export const LIBC = 'libc.so.6';

/** Whether a library belongs to glibc. */
export function isOfGlibc(base: string): boolean {
  return MEMBERS.has(base);
}

const MEMBERS: ReadonlySet<string> = new Set(GLIBC_FAMILY);
