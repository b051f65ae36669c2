import { readFileSync } from 'node:fs';
import type { PlanRules, ProviderFacts } from '../planning/plan.ts';
import { ARCHITECTURES, libraryDirectories, type Tuple } from '../sysroot/architectures.ts';
import { inspected, type Sysroot } from '../sysroot/sysroot.ts';

/** Reads the facts about a provider that plans ask for, each when it is first asked for. */
export function readProviderFacts(provider: Sysroot, arch: Tuple): ProviderFacts {
  let s2tcLibdirs: readonly string[] | undefined;
  let nvidiaVersion: string | null | undefined;
  return {
    get nvidiaVersion() {
      return (nvidiaVersion ??= provider.isHost ? loadedNvidiaVersion() : null);
    },
    fileIdentity: (path) => fileIdentity(provider, path),
    get s2tcLibdirs() {
      return (s2tcLibdirs ??= libraryDirectories(ARCHITECTURES[arch]).filter((directory) =>
        exists(provider, `${directory}/libtxc_dxtn.so`),
      ));
    },
  };
}

/** Whether something is at a path of a tree, as the kernel finds it. */
function exists(tree: Sysroot, path: string): boolean {
  return inspected(tree).inspector.walkerFor('')(tree.naive(path)).kind === 'found';
}

/** Version of NVIDIA's kernel module on this machine; null: none is loaded. */
export function loadedNvidiaVersion(): string | null {
  try {
    const version = readFileSync('/sys/module/nvidia/version', 'utf8').trim();
    return /^[\w.-]+$/u.test(version) ? version : null;
  } catch {
    return null;
  }
}

/**
 * What a machine would add of its own to the capture of its own tree, and does not to that of another one; null:
 * nothing.
 */
export function leftOutOfMachine(
  { isHost }: Sysroot,
  { versionedNvidiaLibraries }: PlanRules,
): string | null {
  const version = isHost || versionedNvidiaLibraries.length === 0 ? null : loadedNvidiaVersion();
  if (version === null) return null;
  return `NVIDIA's libraries of version ${version} are not asked for by version: that is what this machine has loaded, not the provider`;
}

/** Device and inode of the regular file that a path of a tree leads to; null where it leads to none. */
export function fileIdentity(tree: Sysroot, path: string): string | null {
  const place = tree.locate(path);
  if (place === null) return null;
  const entry = inspected(tree).inspector.entryAt(place);
  return entry.kind === 'file' ? entry.identity : null;
}
