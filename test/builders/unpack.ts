import { chmodSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * Unpacks a recorded .tar.gz into a folder that is there, with links and permissions. It is read here because starting
 * tar takes ten times as long, for each of some four hundred trees. Source of the format: tar(5), pax(1).
 *
 * @throws Error when there is an entry of another kind than files, folders and links.
 */
export function unpack(archive: string, folder: string): void {
  const bytes = gunzipSync(readFileSync(archive));
  const field = (at: number, size: number): string =>
    bytes
      .toString('utf8', at, at + size)
      .split('\0', 1)
      .join('');
  let longPath: string | undefined;
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const mode = parseInt(field(at + 100, 8), 8);
    const size = parseInt(field(at + 124, 12), 8);
    const kind = field(at + 156, 1);
    const target = field(at + 157, 100);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    const path = join(folder, longPath ?? field(at, 100));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (kind === 'x') {
      // What does not fit into the next entry: of the recordings its path.
      longPath = /^\d+ path=(.*)$/mu.exec(content.toString())?.[1];
      continue;
    }
    longPath = undefined;
    mkdirSync(dirname(path), { recursive: true });
    switch (kind) {
      case '0':
        writeFileSync(path, content);
        chmodSync(path, mode);
        break;
      case '1':
        linkSync(join(folder, target), path);
        break;
      case '2':
        symlinkSync(target, path);
        break;
      case '5':
        mkdirSync(path, { recursive: true });
        chmodSync(path, mode);
        break;
      default:
        throw new Error(`${archive}: ${path} is of the kind ${kind}`);
    }
  }
}

/** Bytes of a header, and what contents are rounded up to. */
const BLOCK = 512;
