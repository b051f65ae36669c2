import { existsSync } from 'node:fs';
import { appendFile, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EnvironmentError, UsageError } from '../errors.ts';
import { errorCode, systemErrorWords } from '../system-errors.ts';

/** The files that a user names on the command line. Paths are taken from the working directory. */
export interface Files {
  /** The absolute path behind what the user typed. */
  readonly resolve: (path: string) => string;
  /** Whether anything of this name is there. */
  readonly exists: (path: string) => boolean;
  /**
   * Refuses to write a report over what a command reads, or what it keeps elsewhere.
   *
   * @param path - where the report is to go
   * @param kept - what must stay as it is, by name as the user typed it
   * @param isTrace - whether it is a trace, which may take the place of an older one
   * @throws UsageError when it is one of them, by this name or another, or holds what was measured or recorded
   */
  readonly refuseToReplace: (path: string, kept: readonly string[], isTrace: boolean) => Promise<void>;
  /**
   * Writes a file in one step, so that nobody ever sees half of it; missing folders are made. A device, a FIFO, and
   * what is behind a link are written to.
   *
   * @param isSecret - whether nobody else may read it
   * @throws EnvironmentError when it cannot be written.
   */
  readonly write: (path: string, content: string | Uint8Array, isSecret?: boolean) => Promise<void>;
  /** Adds to the end of a file. */
  readonly append: (path: string, text: string) => Promise<void>;
}

/** Files below a working directory. */
export function createFiles(cwd: string): Files {
  return {
    resolve: (path) => resolve(cwd, path),
    exists: (path) => existsSync(resolve(cwd, path)),
    async refuseToReplace(path, kept, isTrace) {
      const target = resolve(cwd, path);
      const { isSameFile } = await writing();
      for (const name of kept) {
        if (await isSameFile(target, resolve(cwd, name))) throw wouldReplace(path, 'this command needs it');
      }
      const record = await recordIn(target);
      if (record !== undefined && !(isTrace && record === 'trace'))
        throw wouldReplace(path, 'it holds results, a baseline, a model or a trace');
    },
    async write(path, content, isSecret = false) {
      const { writeFile } = await writing();
      await writeFile(resolve(cwd, path), content, { over: 'file', isSecret });
    },
    async append(path, text) {
      try {
        await appendFile(resolve(cwd, path), text);
      } catch (cause) {
        throw new EnvironmentError(`Cannot write ${path}: ${systemErrorWords(cause)}`, { cause });
      }
    },
  };
}

/** Most commands write no file, and with it come modules of Node that take longer to load than all of this one. */
const writing = () => import('../results/write-file.ts');

function wouldReplace(path: string, why: string): UsageError {
  return new UsageError(`${path} would be overwritten, but ${why}`, { hint: 'Name another file.' });
}

/** Which record a file holds, of those that only `run`, `gate --update`, `calibrate` and `trace` write. */
async function recordIn(path: string): Promise<string | undefined> {
  let file;
  try {
    // Opening a FIFO would wait for a writer.
    const found = await stat(path);
    if (!found.isFile()) return undefined;
    file = await open(path);
    let text = '';
    // A trace begins with its format; where keys are sorted, it is named near the end.
    for (const position of [0, Math.max(0, found.size - END_BYTES)]) {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(END_BYTES), position });
      text += `${buffer.toString('utf8', 0, bytesRead)}\n`;
    }
    return /^(?:\{| {2})"schema": ?"launchbench\.(results|baseline|model|trace)\//m.exec(text)?.[1];
  } catch (error) {
    if (errorCode(error) !== '') return undefined;
    throw error;
  } finally {
    await file?.close();
  }
}

const END_BYTES = 4096;
