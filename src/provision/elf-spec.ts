/** A shared object to be written. What is left out is absent from the file. */
export interface ElfSpec {
  /** EI_CLASS in bits. */
  readonly bits: 32 | 64;
  /** EI_DATA; little-endian when left out. */
  readonly byteOrder?: 'lsb' | 'msb' | undefined;
  /** e_machine. */
  readonly machine: number;
  readonly soname?: string | undefined;
  readonly needed?: readonly string[] | undefined;
  readonly runpath?: string | undefined;
  /** Version definitions, after the base definition that comes by itself. */
  readonly versions?: readonly string[] | undefined;
  readonly symbols?: readonly ElfSymbol[] | undefined;
  /** Size to pad the file to, with a hole between the dynamic section and the section headers. */
  readonly sizeBytes?: number | undefined;
}

/** A symbol that a shared object defines, or asks others for. */
export interface ElfSymbol {
  readonly name: string;
  /** One of the file's version definitions; the base definition when left out. */
  readonly version?: string | undefined;
  /** False: undefined here, to be found elsewhere. */
  readonly defined?: boolean | undefined;
}
