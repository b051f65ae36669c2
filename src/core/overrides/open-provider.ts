import { SysrootError } from '../../errors.ts';
import { parseProviderManifest, type ProviderManifest, providerRoot } from '../drivers/provider-manifest.ts';
import { createInspector } from '../sysroot/inspector.ts';
import { fromHere, openSysroot, type Sysroot, type SysrootOptions } from '../sysroot/sysroot.ts';

/** A tree that drivers come from, and what its manifest says. */
export interface Provider {
  readonly provider: Sysroot;
  /** null: the tree was named itself. */
  readonly manifest: ProviderManifest | null;
}

/** Larger than any real manifest by far. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/**
 * Opens a provider: a directory, or a graphics_provider.json that says where its tree lies.
 *
 * @throws FormatError when the manifest cannot be used; SysrootError when there is no such tree.
 */
export function openProvider(path: string, options: SysrootOptions = {}): Provider {
  const { inspector = createInspector() } = options;
  const file = inspector.walkerFor('')(fromHere(path));
  if (file.kind !== 'found' || file.entry.kind !== 'file') {
    return { provider: openSysroot(path, options), manifest: null };
  }
  const manifest = parseProviderManifest(inspector.contentAt(fromHere(path), MAX_MANIFEST_BYTES), path);
  const root = providerRoot(manifest, file.path);
  try {
    return { provider: openSysroot(root, options), manifest };
  } catch (cause) {
    if (!(cause instanceof SysrootError)) throw cause;
    throw new SysrootError(`${path}: root: ${cause.message}`, { cause, hint: cause.hint });
  }
}
