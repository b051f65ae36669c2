import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { wildcard } from '../core/capture/compare/wildcard.ts';
import { LaunchError } from '../errors.ts';
import type { CommandLine, CommandPlan, Equivalence } from '../scenario/scenario.ts';
import type { CellRun, LeftEntry } from './cell-record.ts';

/**
 * What one run of a command left, as far as it decides whether commands are equivalent.
 *
 * @param check - runs the user's own check
 * @throws LaunchError when that says no, or files cannot be compared.
 */
export async function whatWasLeft(
  { cwd }: CommandPlan,
  equivalence: Equivalence,
  stdoutFile: string,
  check: (argv: CommandLine) => Promise<void>,
): Promise<CellRun> {
  const stdout = await digestOf(stdoutFile);
  const left = (entries: readonly LeftEntry[], digest: string): CellRun => ({
    patterns: null,
    links: null,
    drivers: null,
    overridesDigest: digest,
    entries,
    targetsDigest: stdout,
  });
  switch (equivalence.kind) {
    case 'exit':
      return left([], '');
    case 'stdout':
      return left(await firstLines(stdoutFile), stdout);
    case 'files': {
      const files = await matchingFiles(cwd, equivalence.globs);
      const names = files.map(({ offer }) => offer);
      return left(files, hash('sha256', names.join('\n')));
    }
    case 'check':
      await check(equivalence.argv);
      return left([], '');
  }
}

async function digestOf(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

/** Bytes of standard output that are looked at for the lines that differ. */
const SHOWN_BYTES = 65_536;

/** Longest part of a line that is shown, characters. */
const SHOWN_LENGTH = 100;

async function firstLines(file: string): Promise<readonly LeftEntry[]> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(SHOWN_BYTES), position: 0 });
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    return lines.map((line, index) => ({
      offer: `${index}:${line}`,
      words: `line ${index + 1} of standard output, ${JSON.stringify(line.slice(0, SHOWN_LENGTH))}`,
    }));
  } finally {
    await handle.close();
  }
}

/** Entries of a working directory that are looked through for files. */
const MOST_ENTRIES = 100_000;

async function matchingFiles(cwd: string, globs: readonly string[]): Promise<readonly LeftEntry[]> {
  const matches = globs.map(wildcard);
  const entries = await readdir(cwd, { recursive: true, withFileTypes: true });
  if (entries.length > MOST_ENTRIES) {
    throw new LaunchError(`${cwd} holds more than ${MOST_ENTRIES} files, too many to compare some of them`);
  }
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(cwd, join(entry.parentPath, entry.name)))
    .filter((name) => matches.some((matchesGlob) => matchesGlob(name)))
    .sort();
  if (names.length === 0)
    throw new LaunchError(`it left no file that ${globs.join(' or ')} matches in ${cwd}`);
  return Promise.all(
    names.map(async (name) => {
      const digest = await digestOf(join(cwd, name));
      return { offer: `${name} ${digest}`, words: `${name} (SHA-256 ${digest.slice(0, 12)}…)` };
    }),
  );
}
