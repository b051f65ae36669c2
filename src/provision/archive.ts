import { chmodSync, createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { chmod, link, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Extract } from 'tar-stream';
import { NotRegularFileError, statRegularFile } from '../core/sysroot/read-file.ts';
import { EnvironmentError, FormatError, LaunchbenchError } from '../errors.ts';
import { shortageOf, systemErrorWords } from '../system-errors.ts';

/** How much an archive may turn into before it is taken for a bomb. */
export interface ArchiveLimits {
  /** Bytes of the unpacked stream, headers and padding included. */
  readonly bytes: number;
  readonly entries: number;
}

/** A desktop's whole graphics stack is under a gigabyte; an installed system some 200,000 files. */
const ARCHIVE_LIMITS: ArchiveLimits = { bytes: 8 * 1024 ** 3, entries: 250_000 };

/**
 * Unpacks a .tar.gz into an empty folder: hard links stay hard links, symbolic links keep their text whatever it
 * means, files keep their permissions (without set-user-id and the like), folders stay writable to us so that the
 * tree can be removed.
 *
 * The archive may come from a stranger: nothing is written outside the folder or through a link, only files,
 * folders and links are made, and sizes are bounded: it is read once before anything is written, because a hundred
 * thousand files take minutes to write and seconds to count.
 *
 * @throws FormatError when it is not a .tar.gz, is damaged, or holds what must not be unpacked.
 * @throws EnvironmentError when there is no room for it.
 */
export async function unpackArchive(
  archive: string,
  folder: string,
  signal?: AbortSignal,
  limits = ARCHIVE_LIMITS,
): Promise<void> {
  requireFile(archive);
  const tree = new UnpackedTree(archive, folder);
  for (const visit of [() => Promise.resolve(), (entry: Entry) => tree.add(entry)]) {
    const entries = extract();
    // Both ends are waited for, so that nothing is written any more when the caller removes the folder.
    const ends = await Promise.allSettled([
      pipeline(createReadStream(archive), createGunzip(), limited(archive, limits.bytes), entries, {
        signal,
      }),
      visitEntries(archive, entries, limits, visit),
    ]);
    signal?.throwIfAborted();
    const errors = ends.flatMap((end): unknown[] => (end.status === 'rejected' ? [end.reason] : []));
    if (errors.length > 0) throw explained(archive, errors);
  }
  await tree.finish().catch((error: unknown) => {
    throw explained(archive, [error]);
  });
}

/** Before it is opened: opening a FIFO waits for its other end, and nothing can call that off. */
function requireFile(archive: string): void {
  try {
    statRegularFile(archive);
  } catch (error) {
    throw error instanceof NotRegularFileError ? error : explained(archive, [error]);
  }
}

/** The error that says most: a refusal of ours, what this machine lacks, else that the archive is damaged. */
function explained(archive: string, errors: readonly unknown[]): unknown {
  const refusal = errors.find((error) => error instanceof LaunchbenchError);
  if (refusal !== undefined) return refusal;
  const lack = errors.find((error) => shortageOf(error) !== null);
  if (lack !== undefined) {
    return new EnvironmentError(`Cannot unpack ${archive}: ${systemErrorWords(lack)}`, {
      hint: 'It is unpacked into a temporary folder; TMPDIR says where those are made.',
      cause: lack,
    });
  }
  return new FormatError(`${archive}: not a usable .tar.gz: ${systemErrorWords(errors[0])}`, {
    hint: 'Make it with: tar -C TREE -czf ARCHIVE .',
    cause: errors[0],
  });
}

/** Files up to this size are written at once: a stream for each takes minutes where there are many. */
const SMALL_BYTES = 64 * 1024;

/** One entry of an archive: what it says of itself, and its content as a stream. */
type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

async function visitEntries(
  archive: string,
  entries: AsyncIterable<Entry>,
  limits: ArchiveLimits,
  visit: (entry: Entry) => Promise<void>,
): Promise<void> {
  let count = 0;
  let announcedBytes = 0;
  for await (const entry of entries) {
    count += 1;
    if (count > limits.entries) throw refused(archive, `more than ${limits.entries} entries`);
    announcedBytes += entry.header.size;
    if (announcedBytes > limits.bytes) {
      const { name } = entry.header;
      throw refused(archive, `with ${shown(name)}, its files have more than ${limits.bytes} bytes`);
    }
    await visit(entry);
    entry.resume();
  }
}

/** What lies in the folder so far. Links are made last, so while files are written there is no link to follow. */
class UnpackedTree {
  readonly #archive: string;
  readonly #folder: string;
  readonly #kinds = new Map<string, 'directory' | 'file' | 'symlink'>();
  readonly #links = new Map<string, string>();
  readonly #folderModes = new Map<string, number>();

  constructor(archive: string, folder: string) {
    this.#archive = archive;
    this.#folder = folder;
  }

  async add(entry: Entry): Promise<void> {
    const { name, type, mode, linkname, size } = entry.header;
    const path = this.#pathOf(name);
    switch (type) {
      case 'directory':
        await this.#claimFolder(path);
        this.#folderModes.set(path, mode & 0o777);
        return;
      case 'file':
      case 'contiguous-file':
        await this.#claim(path, 'file');
        if (size <= SMALL_BYTES) writeFileSync(join(this.#folder, path), await buffer(entry), { flag: 'wx' });
        else
          await pipeline(Readable.from(entry), createWriteStream(join(this.#folder, path), { flags: 'wx' }));
        chmodSync(join(this.#folder, path), mode & 0o777);
        return;
      case 'symlink':
        await this.#claim(path, 'symlink');
        this.#links.set(path, this.#linkText(path, linkname));
        return;
      case 'link':
        await this.#addHardLink(path, this.#pathOf(linkname));
        return;
      case 'block-device':
      case 'character-device':
      case 'fifo':
      default: // The package's types promise more than a stranger's header keeps.
        throw this.#refused(`${shown(name)} is of type ${type}; expected files, folders and links only`);
    }
  }

  /** Makes the links, then gives folders their permissions, the deepest first. */
  async finish(): Promise<void> {
    for (const [path, target] of this.#links) await symlink(target, join(this.#folder, path));
    for (const [path, mode] of [...this.#folderModes].reverse()) {
      await chmod(join(this.#folder, path), mode | 0o700);
    }
  }

  /** A hard link to a symbolic link is a second one with the same text. */
  async #addHardLink(path: string, target: string): Promise<void> {
    switch (this.#kinds.get(target)) {
      case 'file':
        await this.#claim(path, 'file');
        await link(join(this.#folder, target), join(this.#folder, path));
        return;
      case 'symlink':
        await this.#claim(path, 'symlink');
        this.#links.set(path, this.#links.get(target) ?? '');
        return;
      case 'directory':
      case undefined:
        throw this.#refused(
          `${shown(path)} is a hard link to ${shown(target)}, which is no file that comes before it`,
        );
    }
  }

  /** Path inside the tree without `.` and empty components; '' is the tree itself. */
  #pathOf(name: string): string {
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..')) throw this.#refused(`${shown(name)} leads out of the tree`);
    if (name.includes('\0')) throw this.#refused(`${shown(name)} is no file name`);
    if (parts.some((part) => Buffer.byteLength(part) > NAME_MAX) || Buffer.byteLength(name) > PATH_MAX) {
      throw this.#refused(`${shown(name)} is longer than any path may be`);
    }
    return parts.join('/');
  }

  /** What no link can say is refused here; nobody follows it. The types promise a text, a header may have none. */
  #linkText(path: string, text: string | null | undefined): string {
    if (!text || text.includes('\0') || Buffer.byteLength(text) > PATH_MAX) {
      throw this.#refused(`${shown(path)} is a link to ${shown(text ?? '')}, which no link can be`);
    }
    return text;
  }

  async #claim(path: string, kind: 'file' | 'symlink'): Promise<void> {
    if (this.#kinds.has(path) || path === '') throw this.#refused(`${shown(path || '/')} is there twice`);
    await this.#claimFolder(parentOf(path));
    this.#kinds.set(path, kind);
  }

  async #claimFolder(path: string): Promise<void> {
    if (path === '' || this.#kinds.get(path) === 'directory') return;
    await this.#claimFolder(parentOf(path));
    const there = this.#kinds.get(path);
    if (there !== undefined) throw this.#refused(`something lies below ${shown(path)}, which is a ${there}`);
    await mkdir(join(this.#folder, path));
    this.#kinds.set(path, 'directory');
  }

  #refused(what: string): FormatError {
    return refused(this.#archive, what);
  }
}

function refused(archive: string, what: string): FormatError {
  return new FormatError(`${archive}: refused to unpack: ${what}.`, {
    hint: 'An archive of a tree holds each file once, with paths inside the tree: tar -C TREE -czf ARCHIVE .',
  });
}

/** Longest path and longest part of one that Linux takes, in bytes. Source: limits.h(0p). */
const PATH_MAX = 4095;
const NAME_MAX = 255;

/** A stranger's name in a message: on one line, and no longer than one. */
function shown(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
}

function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === '.' ? '' : parent;
}

/** Passes bytes on until there are too many. */
function limited(archive: string, maxBytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen <= maxBytes) done(null, chunk);
      else done(new FormatError(`${archive}: refused to unpack: it grows beyond ${maxBytes} bytes.`));
    },
  });
}
