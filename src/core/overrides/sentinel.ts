import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import type { Architecture } from '../sysroot/architectures.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';

/** Name of the link that may be the answer. */
export const SENTINEL_LINK = '.launchbench-call-is-done';

/**
 * A line that a capture tool answers each time it comes to it. It is the same each time: tools keep what they know of a
 * folder.
 */
export interface Sentinel {
  readonly line: string;
  /** Text in the line of a warning that may be the answer; no other line has both. */
  readonly warning: readonly [string, string];
}

/**
 * Asks for a library of no use that lies outside the provider: a tool warns that it lies there. In `/` nothing does, so
 * the tool makes a link. Either way what stood before it has been done. Source: our capture-tool specification,
 * section 10, 2.
 *
 * @param folder - where the library is written.
 */
export function createSentinel(
  folder: string,
  { root }: Pick<Sysroot, 'root'>,
  architecture: Architecture,
): Sentinel {
  const upToTheTop = '/..'.repeat(root.split('/').filter(Boolean).length);
  writeFileSync(`${folder}/${SENTINEL_LINK}`, emptyLibrary(architecture));
  return {
    line: `no-dependencies:even-if-older:path:${upToTheTop}${folder}/${SENTINEL_LINK}`,
    warning: [SENTINEL_LINK, 'is not within prefix'],
  };
}

/** A comment, for our own tool where it is confined, and so sees nothing outside the provider: it repeats it. */
export const COMMENT_SENTINEL: Sentinel = { line: `# ${SENTINEL_LINK}`, warning: [SENTINEL_LINK, '#'] };

/** The header of a shared object, and nothing else. Source: elf(5). */
function emptyLibrary({ elf: { bits, machine } }: Architecture): Buffer {
  const headerBytes = bits === 64 ? 64 : 52;
  const header = Buffer.alloc(headerBytes);
  header.write('\x7fELF', 'latin1');
  header.set([bits === 64 ? 2 : 1, LITTLE_ENDIAN, EV_CURRENT], 4);
  header.writeUInt16LE(ET_DYN, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(EV_CURRENT, 20);
  header.writeUInt16LE(headerBytes, bits === 64 ? 52 : 40);
  return header;
}

const LITTLE_ENDIAN = 1;
const EV_CURRENT = 1;
const ET_DYN = 3;
