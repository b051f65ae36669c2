import { join } from 'node:path';
import type { RemapRule } from '../capture/capture.ts';
import type { Tuple } from '../sysroot/architectures.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';
import type { CaptureSession } from './server.ts';
import type { Edition } from '../editions/edition.ts';

/** Where pressure-vessel mounts overrides in a container. */
export const DEFAULT_OVERRIDES_IN_CONTAINER = '/usr/lib/pressure-vessel/overrides';

/** Where a container sees its provider unless told otherwise: the host's own tree, or a graphics provider beside it. */
export function defaultProviderInContainer(
  { isHost }: Sysroot,
  { providerInContainer }: Pick<Edition, 'providerInContainer'>,
): string {
  return isHost ? '/run/host' : providerInContainer;
}

/** Where a capture call's destination is on this machine. */
export function destinationOf(overrides: string, arch: Tuple, dest: string): string {
  return join(libdirOf(overrides, arch), dest);
}

/** An architecture's libdir: where libraries that are looked up by name are linked. */
export function libdirOf(overrides: string, arch: Tuple): string {
  return `${overrides}/lib/${arch}`;
}

/**
 * How link targets are rewritten for the container: it sees only these directories of the provider.
 * Source: our graphics-stack specification, 7.1.
 */
export function remapRules({ providerInContainer }: CaptureSession): readonly RemapRule[] {
  return ['/app/', '/usr/', '/lib'].map((from) => ({ from, to: `${providerInContainer}${from}` }));
}

/** Rules for comparing libraries that the container brings along, on this machine; null: it has none. */
export function knowledgeFile({ container }: CaptureSession): string | null {
  return container.locate('/usr/lib/steamrt/libcapsule-knowledge.keyfile');
}
