import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES, TUPLES } from '../../src/core/sysroot/architectures.ts';
import { bufferSource } from '../../src/core/sysroot/byte-reader.ts';
import { readElfDynamic } from '../../src/core/sysroot/elf-dynamic.ts';
import { readElfExports } from '../../src/core/sysroot/elf-exports.ts';
import { parseElfHeader } from '../../src/core/sysroot/elf.ts';
import { layoutElf, writeElf } from '../../src/provision/elf-writer.ts';
import { anElf, anElfSpec } from '../builders/elf.ts';
import { installed } from '../builders/needs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { outputOf } from '../builders/programs.ts';

const readelf = installed('readelf');

const name = fc.stringMatching(/^lib[a-zA-Z0-9_+-]{1,12}\.so\.\d$/u);
const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,10}$/u);
const spec = fc.record({
  bits: fc.constantFrom(32 as const, 64 as const),
  byteOrder: fc.constantFrom('lsb' as const, 'msb' as const),
  machine: fc.integer({ min: 0, max: 0xffff }),
  soname: fc.option(name, { nil: undefined }),
  needed: fc.array(name, { maxLength: 300 }),
  runpath: fc.option(fc.constantFrom('/usr/lib/x', '$ORIGIN/../lib:/opt'), { nil: undefined }),
  versions: fc.uniqueArray(word, { maxLength: 20 }),
  symbols: fc.uniqueArray(
    word.map((text) => ({ name: `sym_${text}` })),
    { maxLength: 20, selector: (symbol) => symbol.name },
  ),
  sizeBytes: fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined }),
});

describe('writeElf', () => {
  it('writes what the reader reads, for either class and byte order', () => {
    fc.assert(
      fc.property(spec, (written) => {
        const header = parseElfHeader(bufferSource(writeElf(written)));
        expect(header).toMatchObject({
          bits: written.bits,
          data: written.byteOrder,
          machine: written.machine,
        });
        expect(readElfDynamic(header)).toEqual({
          soname: written.soname ?? null,
          needed: written.needed,
          runpath: written.runpath ?? null,
        });
        const exported = readElfExports(header);
        expect([...exported.versions()].sort()).toEqual(written.versions.toSorted());
      }),
      { numRuns: 60 },
    );
  });

  it('gives a symbol the version it is defined with', () => {
    const file = anElf({
      versions: ['EXAMPLE_1', 'EXAMPLE_2'],
      symbols: [
        { name: 'first', version: 'EXAMPLE_1' },
        { name: 'second', version: 'EXAMPLE_2' },
        { name: 'elsewhere', defined: false },
      ],
    });
    const symbols = [...readElfExports(parseElfHeader(bufferSource(file))).symbols()];
    expect(symbols.sort()).toEqual(['first@EXAMPLE_1', 'second@EXAMPLE_2']);
  });

  it.each([100_000, 26_214_400])('pads a file to %i bytes with a hole', (sizeBytes) => {
    const layout = layoutElf(anElfSpec({ sizeBytes }));
    expect(layout.sizeBytes).toBe(sizeBytes);
    const written = layout.pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(written).toBeLessThan(4096);
  });

  it.skipIf(readelf === null).each(TUPLES)('is read by readelf without a complaint: %s', (tuple) => {
    const path = join(temporaryFolder(), 'libexample.so.1');
    const { bits, machine } = ARCHITECTURES[tuple].elf;
    writeFileSync(
      path,
      anElf({ bits, machine, versions: ['EXAMPLE_1'], symbols: [{ name: 'first', version: 'EXAMPLE_1' }] }),
    );
    const output = outputOf(readelf ?? '', ['-aW', path]);
    expect(output).toContain('Library soname: [libexample.so.1]');
    expect(output).toContain('Shared library: [libc.so.6]');
    expect(output).toContain('first@@EXAMPLE_1');
    expect(output).not.toMatch(/warning|error|corrupt|invalid/iu);
  });
});
