import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FormatError } from '../errors.ts';
import { readText } from '../results/read-text.ts';
import { keeperOf } from '../results/kept-variables.ts';
import { type Saved, traceOfLog, type Trace } from '../results/trace.ts';
import { type LogFile, readForeignLog } from '../trace/foreign-log.ts';
import type { Files } from './files.ts';

/**
 * Reads a log that strace wrote elsewhere; where -ff made a file for each process, the name in front of the numbers
 * stands for all of them.
 *
 * @throws FormatError when it is not there; CountError when it is no whole log of strace
 */
export async function loadStraceLog(
  name: string,
  { resolve, exists }: Pick<Files, 'resolve' | 'exists'>,
  saved?: Saved,
): Promise<Trace> {
  const paths = exists(name) ? [name] : await numbered(name, resolve);
  const files: LogFile[] = [];
  for (const path of paths) {
    const number = /\.(\d+)$/u.exec(path)?.[1];
    files.push({
      name: path,
      pid: number === undefined ? null : Number(number),
      text: await readText(resolve(path), 'log of strace', HINT),
    });
  }
  const [first, ...others] = files;
  if (first === undefined) throw new FormatError(`${name}: there is no such log`, { hint: HINT });
  return traceOfLog(readForeignLog([first, ...others], keeperOf(saved?.variables ?? [])), saved);
}

const HINT =
  '`strace -f -tt -s 4096 -e trace=%process,chdir,fchdir -o LOG CMD` writes one that is small and tells most.';

/** `LOG.12`, `LOG.13`, … */
async function numbered(name: string, resolve: Files['resolve']): Promise<readonly string[]> {
  const names = await readdir(dirname(resolve(name))).catch(() => []);
  const prefix = `${basename(name)}.`;
  return names
    .filter((one) => one.startsWith(prefix) && /^\d+$/u.test(one.slice(prefix.length)))
    .map((one) => join(dirname(name), one));
}
