import { type Architecture, libdirNames } from '../sysroot/architectures.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';
import { isForArchitecture } from './library-architecture.ts';

/** Whether the dynamic linker would replace something in a path. Source: ld.so(8), "Dynamic string tokens". */
export function hasTokens(path: string): boolean {
  return /\$ORIGIN\/|\$\{ORIGIN\}|\$LIB\/|\$\{LIB\}|\$PLATFORM\/|\$\{PLATFORM\}/u.test(path);
}

/**
 * What the dynamic linker of this machine would make of a path with tokens: the first of the values that
 * each may have which leads to a library of the architecture.
 *
 * @returns null when none does, or when it depends on the program (`$ORIGIN`).
 */
export function expandTokens(path: string, provider: Sysroot, architecture: Architecture): string | null {
  if (/\$ORIGIN\/|\$\{ORIGIN\}/u.test(path)) return null;
  for (const lib of libdirNames(architecture)) {
    for (const platform of architecture.platforms) {
      const expanded = path
        .replaceAll(/\$\{LIB\}|\$LIB(?=\/)/gu, () => lib)
        .replaceAll(/\$\{PLATFORM\}|\$PLATFORM(?=\/)/gu, () => platform);
      if (isForArchitecture(provider, expanded, architecture)) return expanded;
    }
  }
  return null;
}
