import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpack } from './unpack.ts';

/** The provider and container of a recording, unpacked. */
export interface UnpackedSysroot {
  /** The folder that both lie in; a real path without links. */
  readonly root: string;
  readonly provider: string;
  readonly container: string;
  /** Removes it all. */
  remove(): void;
}

/** Unpacks a recorded sysroot. Whoever unpacks it removes it. */
export function unpackSysroot(archive: string): UnpackedSysroot {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'launchbench-sysroot-')));
  unpack(archive, root);
  const [provider, container] = [join(root, 'provider'), join(root, 'container')];
  for (const tree of [provider, container]) mkdirSync(tree, { recursive: true });
  return {
    root,
    provider,
    container,
    remove() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
