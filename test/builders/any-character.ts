import fc from 'fast-check';

/**
 * One character, of all that Unicode has: a `unit` of texts. `'binary'` is the same to fast-check, which lists all million
 * of them first, in two seconds.
 */
export const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff - 0x800 })
  // The surrogates, which are no characters, lie between.
  .map((index) => String.fromCodePoint(index < 0xd800 ? index : index + 0x800));
