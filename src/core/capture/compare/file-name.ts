import { byteString } from '../../sysroot/byte-text.ts';

/**
 * Orders names that hold version numbers, as `strverscmp(3)` does: negative when the first comes before the
 * second. `libz.so.1.2` comes before `libz.so.1.10`. Source: our capture-tool specification, 8.1.
 */
export function compareVersionedNames(first: string, second: string): number {
  const [a, b] = [byteString(first), byteString(second)];
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  if (i === a.length && i === b.length) return 0;
  let d = i;
  while (d > 0 && isDigit(byteAt(a, d - 1))) d--;

  const difference = byteAt(a, i) - byteAt(b, i);
  if (isNonZeroDigit(byteAt(a, d)) && isNonZeroDigit(byteAt(b, d))) {
    return digitsFrom(a, d) - digitsFrom(b, d) || difference;
  }
  const [aDigit, bDigit] = [isDigit(byteAt(a, i)), isDigit(byteAt(b, i))];
  // After zeros alone it is a fraction: 1.001 < 1.01, and a longer one comes before a shorter one.
  if (d < i && /^0+$/.test(a.slice(d, i)) && aDigit !== bDigit) return aDigit ? -1 : 1;
  return difference;
}

/** The byte at a position; the end of a string counts as 0. */
function byteAt(text: string, position: number): number {
  return position < text.length ? text.charCodeAt(position) : 0;
}

function digitsFrom(text: string, start: number): number {
  let end = start;
  while (isDigit(byteAt(text, end))) end++;
  return end - start;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isNonZeroDigit(byte: number): boolean {
  return byte > 0x30 && byte <= 0x39;
}
