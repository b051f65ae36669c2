import type { Architecture } from '../sysroot/architectures.ts';
import { sameAbi } from '../sysroot/elf.ts';
import { isUnusableFile } from '../sysroot/read-file.ts';
import { inspected, type Sysroot } from '../sysroot/sysroot.ts';

/**
 * Whether a path of a provider, as the kernel finds it, is an ELF file that processes of an architecture can load.
 * What cannot be read, or is no ELF file, is for none.
 */
export function isForArchitecture(provider: Sysroot, path: string, { elf }: Architecture): boolean {
  try {
    const { inspector } = inspected(provider);
    // What is found here is captured next, and then its dynamic section is wanted.
    const found = inspector.elfAt(provider.naive(path), elf).elf;
    return sameAbi(found, elf) && (elf.data === 'any' || elf.data === found.data);
  } catch (error) {
    if (isUnusableFile(error)) return false;
    throw error;
  }
}
