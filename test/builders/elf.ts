import { ARCHITECTURES } from '../../src/core/sysroot/architectures.ts';
import type { ElfSpec } from '../../src/provision/elf-spec.ts';
import { writeElf } from '../../src/provision/elf-writer.ts';

/** A shared object for x86_64 with a SONAME and one dependency, unless told otherwise. */
export function anElfSpec(spec: Partial<ElfSpec> = {}): ElfSpec {
  const { bits, machine } = ARCHITECTURES['x86_64-linux-gnu'].elf;
  return { bits, machine, soname: 'libexample.so.1', needed: ['libc.so.6'], ...spec };
}

/** The bytes of `anElfSpec`. */
export function anElf(spec: Partial<ElfSpec> = {}): Uint8Array {
  return writeElf(anElfSpec(spec));
}
