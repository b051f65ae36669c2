import { resolve } from 'node:path';
import type { Tuple } from '../sysroot/architectures.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';

/** What the search for drivers depends on, beside the provider itself. */
export interface SearchContext {
  readonly provider: Sysroot;
  /** Variables that say where to search; paths in them are taken to lie in the provider. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory that relative paths start from, inside the provider. */
  readonly cwd: string;
  /** Architectures of the provider's family of machines, in table order. */
  readonly supported: readonly Tuple[];
  /** Gets a line for each manifest, or part of one, that was passed over. */
  readonly report: (message: string) => void;
  /** Gets a line that everybody should see: drivers are missing that the user will look for. */
  readonly notice: (message: string) => void;
}

/** A path of the environment as a path inside the provider. */
export function absolutePath(path: string, { cwd }: Pick<SearchContext, 'cwd'>): string {
  return path.startsWith('/') ? path : resolve(cwd, path);
}

/** Puts a directory and a name together with one slash between them; a name in "" is relative. */
export function pathIn(directory: string, name: string): string {
  return directory === '' ? name : `${directory.replace(/\/+$/, '')}/${name}`;
}

/** Whether the provider is a Flatpak runtime, which keeps its drivers in places of its own. */
export function isFlatpak(provider: Sysroot): boolean {
  return provider.resolve('/.flatpak-info') !== null;
}
