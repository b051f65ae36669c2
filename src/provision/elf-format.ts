import type { ByteWriter } from './byte-writer.ts';

/** Sizes of the structures that differ between the classes. Source: elf(5). */
export const FORMATS = {
  32: { ehdrSize: 52, phdrSize: 32, shdrSize: 40, symSize: 16, dynSize: 8, wordSize: 4 },
  64: { ehdrSize: 64, phdrSize: 56, shdrSize: 64, symSize: 24, dynSize: 16, wordSize: 8 },
} as const;

/** Types of sections. Source: elf(5), and the GNU extensions for versions. */
export const SHT = {
  PROGBITS: 1,
  STRTAB: 3,
  HASH: 5,
  DYNAMIC: 6,
  DYNSYM: 11,
  GNU_verdef: 0x6ffffffd,
  GNU_versym: 0x6fffffff,
} as const;
/** Flags of sections. */
export const SHF = { WRITE: 1, ALLOC: 2 } as const;
/** Types of program headers. */
export const PT = { LOAD: 1, DYNAMIC: 2, GNU_STACK: 0x6474e551 } as const;
/** Flags of program headers. */
export const PF = { W: 2, R: 4 } as const;
/** Tags of the dynamic section. */
export const DT = {
  NULL: 0,
  NEEDED: 1,
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  STRSZ: 10,
  SYMENT: 11,
  SONAME: 14,
  RUNPATH: 29,
  VERSYM: 0x6ffffff0,
  VERDEF: 0x6ffffffc,
  VERDEFNUM: 0x6ffffffd,
} as const;

/** Writes addresses, offsets and sizes, which are as wide as the class says. */
export function writeWords(to: ByteWriter, bits: 32 | 64, ...values: number[]): void {
  if (bits === 64) to.u64(...values);
  else to.u32(...values);
}
