import { FormatError, SysrootError } from '../../errors.ts';
import type { Architecture } from '../sysroot/architectures.ts';
import { sameAbi } from '../sysroot/elf.ts';
import type { ElfDynamic } from '../sysroot/elf-dynamic.ts';
import type { ElfFile, FoundFile, Inspector } from '../sysroot/inspector.ts';
import { NotRegularFileError } from '../sysroot/read-file.ts';
import { CaptureError, failure, systemFailure, type Failure } from './capture-error.ts';
import type { Place } from './tree-paths.ts';

/** A library that a process of the wanted architecture can load. */
export interface Library extends FoundFile {
  /** Where it was found, tree included. */
  readonly path: string;
  /** What it needs and how it calls itself; read when it is first asked for, unless it was read before. */
  readonly dynamic: () => ElfDynamic;
}

/** What came of looking for a library. */
export type Lookup =
  | { readonly kind: 'found'; readonly library: Library }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Opens what should be a library of an architecture.
 *
 * @param needsDynamic - whether the library's dynamic section will be asked for, so that it is read at once.
 */
export function openLibrary(
  { path, open }: Place,
  { elf, tuple }: Architecture,
  inspector: Inspector,
  needsDynamic: boolean,
): Lookup {
  try {
    const file = inspector.elfAt(open, needsDynamic ? elf : null);
    if (sameAbi(file.elf, elf)) {
      const dynamic = (): ElfDynamic => dynamicOf(path, file);
      return { kind: 'found', library: { path, ...inspector.fileAt(open), dynamic } };
    }
    return failed(
      failure(
        'WRONG-ABI',
        `${path}: a library for ${tuple} was expected, but this is ELF${file.elf.bits} for machine ${file.elf.machine}`,
      ),
    );
  } catch (error) {
    return failed(openFailure(path, error));
  }
}

/** @throws CaptureError where it is read only now, and can no longer be. */
function dynamicOf(path: string, { dynamic }: ElfFile): ElfDynamic {
  try {
    return dynamic();
  } catch (error) {
    throw new CaptureError(openFailure(path, error), { cause: error });
  }
}

function failed(reason: Failure): Lookup {
  return { kind: 'failed', failure: reason };
}

function openFailure(path: string, error: unknown): Failure {
  if (error instanceof FormatError) return failure('BAD-ELF', `${path}: ${error.message}`);
  if (error instanceof NotRegularFileError) {
    return error.fileKind === 'socket'
      ? systemFailure(error, path)
      : failure('BAD-ELF', `Not a usable ELF file: ${error.message}`);
  }
  // It was removed or replaced while it was read.
  return error instanceof SysrootError ? failure('NOT-FOUND', error.message) : systemFailure(error, path);
}
