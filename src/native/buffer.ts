/**
 * `node:buffer` in the native capture-libs, as far as the program uses it; checked as fs.ts is.
 */
import { host } from './host.ts';

/** The texts that bytes are read as. */
type Encoding = 'utf8' | 'latin1';

/** Bytes with the methods that Node adds to them. */
export class NativeBuffer extends Uint8Array<ArrayBufferLike> {
  override toString(encoding: Encoding = 'utf8', start = 0, end = this.length): string {
    const last = Math.min(end, this.length);
    const first = Math.min(start, last);
    return host.decode(this, first, last - first, encoding === 'latin1');
  }

  override subarray(start = 0, end = this.length): NativeBuffer {
    const length = this.length;
    const first = start < 0 ? Math.max(length + start, 0) : Math.min(start, length);
    const last = end < 0 ? length + end : Math.min(end, length);
    return new NativeBuffer(this.buffer, this.byteOffset + first, Math.max(last - first, 0));
  }

  readUInt8(offset: number): number {
    return host.readUnsigned(this, offset, 1, false);
  }

  readUInt16LE(offset: number): number {
    return host.readUnsigned(this, offset, 2, false);
  }

  readUInt16BE(offset: number): number {
    return host.readUnsigned(this, offset, 2, true);
  }

  readUInt32LE(offset: number): number {
    return host.readUnsigned(this, offset, 4, false);
  }

  readUInt32BE(offset: number): number {
    return host.readUnsigned(this, offset, 4, true);
  }
}

/** Makes buffers; the type of the same name is what it makes, as with Node. */
export const Buffer = { alloc, allocUnsafe: alloc, concat, from, of };
export type Buffer = NativeBuffer;

/** Whether the bytes are UTF-8 from end to end. */
export function isUtf8(bytes: Uint8Array): boolean {
  return host.isUtf8(bytes);
}

function alloc(length: number): NativeBuffer {
  return new NativeBuffer(new ArrayBuffer(length));
}

function of(...bytes: readonly number[]): NativeBuffer {
  return concat([Uint8Array.of(...bytes)]);
}

function from(text: string, encoding: Encoding): NativeBuffer;
function from(bytes: ArrayBufferLike, start: number, length: number): NativeBuffer;
function from(source: string | ArrayBufferLike, how: Encoding | number, length?: number): NativeBuffer {
  if (typeof source !== 'string') return new NativeBuffer(source, Number(how), length);
  return new NativeBuffer(how === 'latin1' ? host.encodeLatin1(source) : host.encode(source));
}

function concat(parts: readonly Uint8Array[]): NativeBuffer {
  const whole = alloc(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
