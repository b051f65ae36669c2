import { Buffer } from 'node:buffer';
import { renameSync, writeFileSync } from 'node:fs';
import type { Architecture } from '../sysroot/architectures.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';

/** Lines that a capture tool answers, each once, when it comes to them. */
export interface Sentinel {
  /** The next one: `name` is in the link or the warning that answers it. */
  next(): { readonly line: string; readonly name: string };
}

/**
 * Patterns of a library of no use that lies outside the provider: asked for it, a tool warns that it lies there. In `/`
 * nothing does, so the tool makes a link. Either way what stood before it has been done. Source: our capture-tool
 * specification, section 10, 2.
 *
 * @param folder - where the library is written.
 */
export function createSentinel(
  folder: string,
  { root }: Pick<Sysroot, 'root'>,
  architecture: Architecture,
): Sentinel {
  const upToTheTop = '/..'.repeat(root.split('/').filter(Boolean).length);
  let count = 0;
  let file = `${folder}/unused`;
  writeFileSync(file, emptyLibrary(architecture));
  return {
    next() {
      count += 1;
      const name = `${NAME}${count}`;
      // A name of its own each time: tools keep what they know of a path.
      renameSync(file, `${folder}/${name}`);
      file = `${folder}/${name}`;
      return { name, line: `no-dependencies:even-if-older:path:${upToTheTop}${file}` };
    },
  };
}

/** Comments, for our own tool where it is confined, and so sees nothing outside the provider: it repeats them. */
export function createCommentSentinel(): Sentinel {
  let count = 0;
  return {
    next() {
      count += 1;
      const name = `${NAME}${count}`;
      return { name, line: `# ${name}` };
    },
  };
}

/** What has our own tool repeat comments. */
export const ECHO_COMMENTS = '--echo-comments';

/** Whether a line of a tool tells of a sentinel. */
export function isAnswer(line: string): boolean {
  return line.includes(NAME);
}

const NAME = '.launchbench-call-is-done-';

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
