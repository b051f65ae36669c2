import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteString, decodeBytes, encodeBytes, fsPath } from '../../../src/core/sysroot/byte-text.ts';
import { anyCharacter } from '../../builders/any-character.ts';

describe('names are bytes', () => {
  it('keeps every byte of whatever a name may be', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect([...encodeBytes(decodeBytes(Buffer.from(bytes)))]).toEqual([...bytes]);
      }),
    );
  });

  it('reads UTF-8 as the text that it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(decodeBytes(Buffer.from(text, 'utf8'))).toBe(Buffer.from(text, 'utf8').toString('utf8'));
      }),
    );
  });

  it.each([
    { given: 'a Latin-1 byte', bytes: [0x6c, 0xe9], text: 'l\udce9' },
    { given: 'a truncated sequence', bytes: [0xc3], text: '\udcc3' },
    { given: 'an encoded surrogate', bytes: [0xed, 0xb3, 0xa9], text: '\udced\udcb3\udca9' },
    { given: 'an overlong slash', bytes: [0xc0, 0xaf], text: '\udcc0\udcaf' },
  ])('stands lone surrogates in for $given', ({ bytes, text }) => {
    expect(decodeBytes(Buffer.from(bytes))).toBe(text);
  });

  it('gives the file system a string wherever that keeps every byte', () => {
    expect(fsPath('/usr/lib/libé.so')).toBe('/usr/lib/libé.so');
    expect(fsPath('/usr/lib/lib\udce9.so')).toEqual(Buffer.from('/usr/lib/lib\xe9.so', 'latin1'));
  });

  it('compares by bytes, not by characters', () => {
    expect(byteString('é')).toBe('\xc3\xa9');
    expect(byteString('\udce9')).toBe('\xe9');
  });
});
