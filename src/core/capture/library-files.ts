import { FormatError } from '../../errors.ts';
import { sameAbi, parseElfHeader } from '../sysroot/elf.ts';
import { readElfDynamic, type ElfDynamic } from '../sysroot/elf-dynamic.ts';
import { fileSource } from '../sysroot/byte-reader.ts';
import { NotRegularFileError, statRegularFile, withCheckedFile } from '../sysroot/read-file.ts';
import type { Guard } from '../sysroot/confine.ts';
import type { Architecture } from '../sysroot/architectures.ts';
import { failure, systemFailure, type Failure } from './capture-error.ts';

/** A library that a process of the wanted architecture can load. */
export interface LibraryFile {
  /** What it needs and how it calls itself. */
  readonly dynamic: ElfDynamic;
}

/** Whether a file is a library for the wanted architecture; if not, why. */
export type Inspection =
  | { readonly kind: 'library'; readonly file: LibraryFile }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Inspects the file at a path. */
export type InspectFile = (path: string) => Inspection;

/**
 * Inspects files, each of them once however many names it has: drivers come as hard links by the dozen, and
 * share nearly all that they need.
 */
export function createFileInspector(architecture: Architecture, guard: Guard): InspectFile {
  const byPath = new Map<string, Inspection>();
  const byIdentity = new Map<string, Inspection>();

  const inspect = (path: string): Inspection => {
    guard(path);
    try {
      const identity = statRegularFile(path);
      const known = byIdentity.get(identity);
      if (known !== undefined) return known;
      const found = readLibrary(path, architecture);
      // What is wrong with a file is told with the path that it was reached by, so that is not kept.
      if (found.kind === 'library') byIdentity.set(identity, found);
      return found;
    } catch (error) {
      return { kind: 'failed', failure: openFailure(path, error) };
    }
  };

  return (path) => {
    const known = byPath.get(path) ?? inspect(path);
    byPath.set(path, known);
    return known;
  };
}

function readLibrary(path: string, { elf, tuple }: Architecture): Inspection {
  return withCheckedFile(path, ({ fd, size }): Inspection => {
    const header = parseElfHeader(fileSource(fd, size));
    if (sameAbi(header, elf)) return { kind: 'library', file: { dynamic: readElfDynamic(header) } };
    return {
      kind: 'failed',
      failure: failure(
        'WRONG-ABI',
        `${path}: a library for ${tuple} was expected, but this is ELF${header.bits} for machine ${header.machine}`,
      ),
    };
  });
}

function openFailure(path: string, error: unknown): Failure {
  if (error instanceof FormatError) return failure('BAD-ELF', `${path}: ${error.message}`);
  if (error instanceof NotRegularFileError && error.fileKind !== 'socket') {
    return failure('BAD-ELF', `Not a usable ELF file: ${error.message}`);
  }
  return systemFailure(error, path);
}
