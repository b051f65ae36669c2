/**
 * Uses node:fs and node:buffer as capture-libs does, and prints what comes of it, a line each. Run by Node and by the
 * engine of the native capture-libs, it must print the same. Its arguments: a folder to work in, and a seed.
 */
import { Buffer, isUtf8 } from 'node:buffer';
import * as fs from 'node:fs';
import process from 'node:process';
import { print, STANDARD_OUTPUT } from '../../src/core/capture/message-writer.ts';

const [folder = '', seed = '1', ...rest] = process.argv.slice(2);
let state = Number(seed);

/** A whole number below a bound. Source: "minimal standard" of Park and Miller. */
function random(bound: number): number {
  state = (state * 48_271) % 2_147_483_647;
  return state % bound;
}

function show(name: string, act: () => unknown): void {
  let result: unknown;
  try {
    result = act();
  } catch (error) {
    result =
      error instanceof Error && 'errno' in error && 'code' in error
        ? `${String(error.code)} ${String(error.errno)} ${error.message}`
        : `throws ${error instanceof Error ? error.name : 'something'}`;
  }
  print(STANDARD_OUTPUT, `${name}: ${String(result)}\n`);
}

/** Bytes of which many are UTF-8, nearly UTF-8, or NUL. */
function someBytes(): Buffer {
  const pieces = [
    'plain',
    'é',
    '€',
    '😀',
    '\xff',
    '\xc3',
    '\xe2\x82',
    '\xed\xa0\x80',
    '\xf4\x90\x80\x80',
    '\0',
  ];
  return Buffer.concat(
    Array.from({ length: random(6) }, () => {
      const piece = pieces[random(pieces.length)] ?? '';
      return Buffer.from(piece, random(2) === 0 || /[^\x00-\xff]/.test(piece) ? 'utf8' : 'latin1');
    }),
  );
}

function bytesOf(bytes: Uint8Array): string {
  return Array.from(bytes).join(' ');
}

for (let round = 0; round < 400; round++) {
  const bytes = someBytes();
  const [start, end] = [random(12) - 4, random(12) - 4];
  show('bytes', () => bytesOf(bytes));
  show('UTF-8', () => isUtf8(bytes) && bytes.toString('utf8'));
  show('latin1', () => bytes.toString('latin1', Math.max(start, 0), Math.max(end, 0)));
  show('encoded', () => bytesOf(Buffer.from(bytes.toString('latin1'), 'utf8')));
  show('back', () => bytesOf(Buffer.from(bytes.toString('latin1'), 'latin1')));
  show('part', () => bytesOf(bytes.subarray(start, end)));
  show('shared', () => {
    const part = bytes.subarray(1);
    if (part.length > 0) part[0] = 7;
    return bytesOf(bytes);
  });
  show('index', () => bytes.indexOf(0x82, Math.max(start, 0)));
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  show('u8', () => view.readUInt8(random(8)));
  show('u16', () => [view.readUInt16LE(random(8)), view.readUInt16BE(0)]);
  show('u32', () => [view.readUInt32LE(random(8)), view.readUInt32BE(0)]);
  // A Map has one entry for a number, however the engine keeps it.
  const numbers = new Map([[round, 'found']]);
  show('number', () => numbers.get((round * 2 ** 32) / 2 ** 32));
}
show('lone surrogate', () => bytesOf(Buffer.from('a\ud800b\udfff', 'utf8')));
show('of', () => bytesOf(Buffer.of(1, 255)));
show('zeros', () => bytesOf(Buffer.alloc(3)));

const odd = Buffer.from(`${folder}/odd-\xe9`, 'latin1');
const long = `${folder}/${'n'.repeat(300)}`;
fs.mkdirSync(`${folder}/dir`, 0o755);
fs.symlinkSync('dir', `${folder}/to-dir`);
fs.symlinkSync('loop', `${folder}/loop`);
fs.symlinkSync(Buffer.from('gone-\xe9', 'latin1'), odd);
const places = [
  '',
  '/dir',
  '/to-dir',
  '/loop',
  '/missing',
  '/dir/missing',
  '/dir/../dir',
  '/file',
  '/file/below',
];
for (const place of [
  ...places.map((name) => folder + name),
  odd,
  long,
  '/dev/null',
  '/dev/full',
  'a\0b',
  '',
]) {
  const asked = { throwIfNoEntry: false } as const;
  show('lstat', () => fs.lstatSync(place).isSymbolicLink());
  show('lstat quietly', () => fs.lstatSync(place, asked)?.isFIFO());
  show('lstat exactly, quietly', () => typeof fs.lstatSync(place, { ...asked, bigint: true })?.ino);
  show('stat quietly', () => fs.statSync(place, asked)?.isDirectory());
  show('identity', () => {
    const { dev, ino } = fs.statSync(place, { bigint: true });
    return place === '/dev/null' ? `${dev.toString()} ${ino.toString()}` : typeof ino;
  });
  show('exists', () => fs.existsSync(place));
  show('readlink', () => bytesOf(fs.readlinkSync(place, 'buffer')));
  show('realpath', () => fs.realpathSync.native(place, 'buffer').toString('latin1'));
  show('readdir', () =>
    fs
      .readdirSync(place, { encoding: 'buffer' })
      .map((name) => name.toString('latin1'))
      .sort(),
  );
  show('mkdir', () => {
    fs.mkdirSync(place, 0o700);
  });
  show('symlink', () => {
    fs.symlinkSync('target', place);
  });
  show('open', () => {
    const { O_RDONLY, O_NONBLOCK, O_NOCTTY } = fs.constants;
    const fd = fs.openSync(place, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    const { size } = fs.fstatSync(fd);
    fs.closeSync(fd);
    return size;
  });
  show('open as folder', () => {
    fs.closeSync(fs.openSync(place, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY));
  });
}

const fd = fs.openSync(`${folder}/file`, 'r');
const chunk = Buffer.allocUnsafe(6);
show('read', () => [fs.readSync(fd, chunk, 0, 3, 1), bytesOf(chunk.subarray(0, 3))]);
show('read on', () => [fs.readSync(fd, chunk), bytesOf(chunk)]);
show('read beyond', () => fs.readSync(fd, chunk, 2, 9, 0));
show('write', () => fs.writeSync(fd, chunk, 0));
fs.closeSync(fd);
show('closed', () => fs.readSync(fd, chunk));
show('whole', () => bytesOf(fs.readFileSync(`${folder}/file`)));
show('arguments', () => rest.join('|'));
show('environment', () => [process.env['PROBE'], process.env['PROBE_NONE']]);
show('arch', () => process.arch);
show('missing methods', () => [
  [1, 2].at(-1),
  [1, 2].at(2),
  Object.hasOwn({ a: 1 }, 'a'),
  Object.hasOwn({}, 'a'),
]);
const slept = new Int32Array(new SharedArrayBuffer(4));
show('sleep', () => Atomics.wait(slept, 0, 0, 1));
process.exitCode = 3;
