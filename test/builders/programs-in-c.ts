import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed } from './needs.ts';
import { outputOf } from './programs.ts';

/** The C compiler; null where there is none. */
export const compiler = installed('cc');

/** Compiles a program into a folder, under the name `program`, and returns its path. */
export function aProgramInC(folder: string, source: string, ...options: readonly string[]): string {
  const program = join(folder, 'program');
  writeFileSync(`${program}.c`, `#define _GNU_SOURCE\n#include <unistd.h>\n${source}`);
  outputOf(compiler ?? '', ['-w', '-o', program, `${program}.c`, ...options]);
  return program;
}
