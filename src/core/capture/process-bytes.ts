import process from 'node:process';
import { readFileSync } from 'node:fs';
import { decodeBytes } from '../sysroot/byte-text.ts';

/**
 * The arguments of this process, with bytes that are not UTF-8 kept: Node has replaced them by U+FFFD, but the
 * kernel still knows them.
 */
export function processArguments(): readonly string[] {
  const args = process.argv.slice(2);
  if (!args.some(isDamaged)) return args;
  const kept = kernelStrings('/proc/self/cmdline') ?? args;
  return args.length === 0 ? [] : kept.slice(-args.length);
}

/** A variable of the environment, with bytes that are not UTF-8 kept. */
export function environmentVariable(name: string): string | undefined {
  const value = process.env[name];
  if (value === undefined || !isDamaged(value)) return value;
  const kept = kernelStrings('/proc/self/environ')?.find((entry) => entry.startsWith(`${name}=`));
  return kept === undefined ? value : kept.slice(name.length + 1);
}

function isDamaged(text: string): boolean {
  return text.includes('\ufffd');
}

/** Strings that each end in NUL; undefined where /proc is not to be had. */
function kernelStrings(file: string): readonly string[] | undefined {
  try {
    return decodeBytes(readFileSync(file)).split('\0').slice(0, -1);
  } catch {
    return undefined;
  }
}
