import type { Architecture } from '../sysroot/architectures.ts';
import { fileSource } from '../sysroot/byte-reader.ts';
import { parseElfHeader, sameAbi } from '../sysroot/elf.ts';
import { isUnusableFile, withRegularFile } from '../sysroot/read-file.ts';

/**
 * Whether a file on this machine is an ELF file that processes of an architecture can load. What cannot be
 * read, or is no ELF file, is for none.
 */
export function isForArchitecture(place: string, { elf }: Architecture): boolean {
  try {
    const found = withRegularFile(place, ({ fd, size }) => parseElfHeader(fileSource(fd, size)));
    return sameAbi(found, elf) && (elf.data === 'any' || elf.data === found.data);
  } catch (error) {
    if (isUnusableFile(error)) return false;
    throw error;
  }
}
