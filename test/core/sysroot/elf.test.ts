import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.ts';
import { bufferSource } from '../../../src/core/sysroot/byte-reader.ts';
import { parseElfHeader, type ElfHeader } from '../../../src/core/sysroot/elf.ts';
import { readElfDynamic } from '../../../src/core/sysroot/elf-dynamic.ts';
import { readElfExports } from '../../../src/core/sysroot/elf-exports.ts';
import { writeElf } from '../../../src/provision/elf-writer.ts';

const CLASSES = [
  { bits: 64, byteOrder: 'lsb' },
  { bits: 64, byteOrder: 'msb' },
  { bits: 32, byteOrder: 'lsb' },
  { bits: 32, byteOrder: 'msb' },
] as const;

const LIBRARY = {
  soname: 'libfoo.so.1',
  needed: ['libc.so.6', 'libbar.so.2'],
  runpath: '/opt/lib:$ORIGIN',
  versions: ['FOO_1', 'FOO_2'],
  symbols: [
    { name: 'foo_old', version: 'FOO_1' },
    { name: 'foo_new', version: 'FOO_2' },
    { name: 'imported', defined: false },
  ],
};

describe.each(CLASSES)('a library of $bits bits, $byteOrder first', ({ bits, byteOrder }) => {
  const header = headerOf(writeElf({ ...LIBRARY, bits, byteOrder, machine: 62 }));

  it('tells what can load it', () => {
    expect(header).toMatchObject({ bits, data: byteOrder, machine: 62 });
  });

  it('tells how it is called and what it needs', () => {
    expect(readElfDynamic(header)).toEqual({
      soname: 'libfoo.so.1',
      needed: ['libc.so.6', 'libbar.so.2'],
      runpath: '/opt/lib:$ORIGIN',
    });
  });

  it('tells which versions it defines, the base version left out', () => {
    expect([...readElfExports(header).versions()].sort()).toEqual(['FOO_1', 'FOO_2']);
  });

  it('tells which symbols it defines, with their versions', () => {
    const symbols = readElfExports(header).symbols();
    expect(symbols).toContain('foo_old@FOO_1');
    expect(symbols).toContain('foo_new@FOO_2');
    expect([...symbols].join()).not.toContain('imported');
  });
});

describe('what is not an ELF file', () => {
  const good = writeElf({ bits: 64, machine: 62, soname: 'libfoo.so.1' });

  it.each([
    { given: 'nothing', bytes: [], message: 'the magic number lies past the end of the file (at byte 0x0)' },
    { given: 'text', bytes: [...Buffer.from('INPUT(-lfoo)')], message: 'it does not begin with \\x7fELF' },
    {
      given: 'an unknown class',
      bytes: changed(good, 4, 3),
      message: 'EI_CLASS is 3, which is unknown (at byte 0x4)',
    },
    { given: 'an unknown byte order', bytes: changed(good, 5, 0), message: 'EI_DATA is 0, which is unknown' },
    { given: 'an unknown version', bytes: changed(good, 6, 9), message: 'EI_VERSION is 9, which is unknown' },
    {
      given: 'half a header',
      bytes: [...good.subarray(0, 40)],
      message: 'the ELF header lies past the end of the file (at byte 0x0)',
    },
  ])('is told by field and byte: $given', ({ bytes, message }) => {
    expect(() => headerOf(Uint8Array.from(bytes))).toThrow(`Not a usable ELF file: ${message}`);
    expect(() => headerOf(Uint8Array.from(bytes))).toThrow(FormatError);
  });
});

describe('version definitions', () => {
  it('all count, also two that share an index', () => {
    const bytes = Buffer.from(writeElf({ bits: 64, machine: 62, versions: ['FOO_1', 'FOO_2'] }));
    // vd_version 1, vd_flags 0, vd_ndx 3, vd_cnt 1
    const last = bytes.indexOf(Uint8Array.of(1, 0, 0, 0, 3, 0, 1, 0));
    bytes[last + 4] = 2;
    expect(readElfExports(headerOf(bytes)).versions()).toEqual(new Set(['FOO_1', 'FOO_2']));
  });
});

describe('a damaged library', () => {
  it('needs nothing when its section table lies past the end', () => {
    const whole = writeElf({ ...LIBRARY, bits: 64, machine: 62 });
    expect(readElfDynamic(headerOf(whole.subarray(0, whole.length - 1)))).toEqual({
      soname: null,
      needed: [],
      runpath: null,
    });
  });

  it('is refused with a FormatError or read, whatever bytes are changed, in bounded time', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CLASSES), anyDamage(), ({ bits, byteOrder }, damage) => {
        const bytes = damage(writeElf({ ...LIBRARY, bits, byteOrder, machine: 62 }));
        expect(formatErrorOrNothing(() => readElfDynamic(headerOf(bytes)))).toBe(true);
        expect(formatErrorOrNothing(() => readElfExports(headerOf(bytes)).versions())).toBe(true);
        expect(formatErrorOrNothing(() => readElfExports(headerOf(bytes)).symbols())).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

/** Flips, cuts and overwrites with the numbers that hurt most. */
function anyDamage(): fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> {
  const overwrite = fc
    .tuple(fc.nat(), fc.constantFrom(0xffffffff, 0x7fffffff, 0x80000000, 0, 1, 0x10000), fc.boolean())
    .map(([at, value, isBig]) => (bytes: Uint8Array) => {
      const copy = Uint8Array.from(bytes);
      new DataView(copy.buffer).setUint32(at % (copy.length - 3), value, isBig);
      return copy;
    });
  const flip = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })).map(
    ([at, value]) =>
      (bytes: Uint8Array) =>
        Uint8Array.from(changed(bytes, at % bytes.length, value)),
  );
  const cut = fc.nat().map((at) => (bytes: Uint8Array) => bytes.subarray(0, Math.max(4, at % bytes.length)));
  return fc
    .array(fc.oneof(overwrite, flip), { minLength: 0, maxLength: 6 })
    .chain((edits) => fc.option(cut, { nil: undefined }).map((end) => [...edits, ...(end ? [end] : [])]))
    .map((edits) => (bytes: Uint8Array) => edits.reduce((damaged, edit) => edit(damaged), bytes));
}

function formatErrorOrNothing(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof FormatError) return true;
    throw error;
  }
}

function headerOf(bytes: Uint8Array): ElfHeader {
  return parseElfHeader(bufferSource(bytes));
}

function changed(bytes: Uint8Array, at: number, value: number): number[] {
  return [...bytes].with(at, value);
}
