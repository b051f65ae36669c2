import { access, appendFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { makeFolders } from '../core/overrides/make-folders.ts';
import { EnvironmentError } from '../errors.ts';

/** The files that a user names on the command line. Paths are taken from the working directory. */
export interface Files {
  /** The absolute path behind what the user typed. */
  readonly resolve: (path: string) => string;
  /** Whether anything of this name is there. */
  readonly exists: (path: string) => Promise<boolean>;
  /**
   * Writes a file in one step, so that nobody ever sees half of it; missing folders are made.
   *
   * @throws EnvironmentError when it cannot be written.
   */
  readonly write: (path: string, text: string) => Promise<void>;
  /** Adds to the end of a file. */
  readonly append: (path: string, text: string) => Promise<void>;
}

/** Files below a working directory. */
export function createFiles(cwd: string): Files {
  return {
    resolve: (path) => resolve(cwd, path),
    exists: (path) =>
      access(resolve(cwd, path)).then(
        () => true,
        () => false,
      ),
    async write(path, text) {
      const target = resolve(cwd, path);
      const draft = `${target}.${process.pid}.tmp`;
      await orCannotWrite(path, async () => {
        makeFolders(dirname(target));
        try {
          await writeFile(draft, text, { flag: 'wx' });
          await rename(draft, target);
        } catch (error) {
          await rm(draft, { force: true });
          throw error;
        }
      });
    },
    async append(path, text) {
      await orCannotWrite(path, () => appendFile(resolve(cwd, path), text));
    },
  };
}

async function orCannotWrite(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new EnvironmentError(`Cannot write ${path}: ${reason(error)}`, { cause: error });
  }
}

/** What went wrong, in words where the error is one that users meet. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of the path is not a folder',
    EACCES: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the file system is full',
  };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return words[code] ?? error.message;
}
