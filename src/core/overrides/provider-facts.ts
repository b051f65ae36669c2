import { existsSync } from 'node:fs';
import type { ProviderFacts } from '../planning/plan.ts';
import { type Architecture, ARCHITECTURES, libdirNames, type Tuple } from '../sysroot/architectures.ts';
import { fsPath } from '../sysroot/byte-text.ts';
import { statRegularFile } from '../sysroot/read-file.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';

/** Reads the facts about a provider that plans ask for, each when it is first asked for. */
export function readProviderFacts(provider: Sysroot, arch: Tuple): ProviderFacts {
  let s2tcLibdirs: readonly string[] | undefined;
  return {
    fileIdentity: (path) => fileIdentity(provider, path),
    get s2tcLibdirs() {
      return (s2tcLibdirs ??= libraryDirectories(ARCHITECTURES[arch]).filter((directory) =>
        existsSync(fsPath(provider.naive(`${directory}/libtxc_dxtn.so`))),
      ));
    },
  };
}

/** Device and inode of the regular file that a path of a tree leads to; null where it leads to none. */
export function fileIdentity(tree: Sysroot, path: string): string | null {
  const place = tree.locate(path);
  if (place === null) return null;
  try {
    return statRegularFile(place);
  } catch {
    return null;
  }
}

function libraryDirectories(architecture: Architecture): readonly string[] {
  return libdirNames(architecture).flatMap((name) => [`/${name}`, `/usr/${name}`]);
}
