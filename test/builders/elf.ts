import { ARCHITECTURES } from '../../src/core/sysroot/architectures.ts';
import type { ElfSpec } from '../../src/provision/elf-spec.ts';
import { writeElf } from '../../src/provision/elf-writer.ts';

/** A shared object for x86_64 with a SONAME and one dependency, unless told otherwise. */
export function anElfSpec(spec: Partial<ElfSpec> = {}): ElfSpec {
  const { bits, machine } = ARCHITECTURES['x86_64-linux-gnu'].elf;
  return { bits, machine, soname: 'libexample.so.1', needed: ['libc.so.6'], ...spec };
}

/** A static program for AArch64 that does nothing but end with a status: two moves and a system call, exit. */
export function aStaticProgram(status: number): Uint8Array {
  const header = { size: 64, address: 0x400000 };
  const segment = { size: 56, offset: header.size };
  const code = [0xd2800000 | (status << 5), 0xd2800000 | (93 << 5) | 8, 0xd4000001];
  const start = segment.offset + segment.size;
  const size = start + 4 * code.length;
  const file = Buffer.alloc(size);
  // Source: elf(5). ELFCLASS64, ELFDATA2LSB, EV_CURRENT; ET_EXEC, EM_AARCH64.
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  for (const [at, value] of [
    [16, 2],
    [18, 183],
    [52, header.size],
    [54, segment.size],
    [56, 1],
  ] as const) {
    file.writeUInt16LE(value, at);
  }
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(header.address + start), 24);
  file.writeBigUInt64LE(BigInt(segment.offset), 32);
  // PT_LOAD, to be read and executed: the whole file.
  file.writeUInt32LE(1, segment.offset);
  file.writeUInt32LE(5, segment.offset + 4);
  for (const [at, value] of [
    [8, 0],
    [16, header.address],
    [24, header.address],
    [32, size],
    [40, size],
    [48, 0x1000],
  ] as const) {
    file.writeBigUInt64LE(BigInt(value), segment.offset + at);
  }
  for (const [index, word] of code.entries()) file.writeUInt32LE(word >>> 0, start + 4 * index);
  return file;
}

/** The bytes of `anElfSpec`. */
export function anElf(spec: Partial<ElfSpec> = {}): Uint8Array {
  return writeElf(anElfSpec(spec));
}
