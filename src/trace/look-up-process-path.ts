import { readlinkSync, statSync } from 'node:fs';

/**
 * What a path leads to in a process that lives, `/proc/self/fd/9` for instance, as a path that leads there from here;
 * null where there is none: it is no file, was deleted, lies in another mount namespace, or the process has ended.
 */
export function lookUpProcessPath(pid: number, path: string): string | null {
  const own = inProcess(pid, path);
  if (own === null) return null;
  try {
    const target = readlinkSync(own);
    if (!target.startsWith('/')) return null;
    const [there, here] = [statSync(own, { bigint: true }), statSync(target, { bigint: true })];
    return there.dev === here.dev && there.ino === here.ino ? target : null;
  } catch {
    // It has ended meanwhile, or is not ours.
    return null;
  }
}

/** Numbers of processes are left alone: whose they are depends on the namespace of whoever named them. */
function inProcess(pid: number, path: string): string | null {
  const [, entry] = /^\/proc\/(?:self|thread-self)\/(fd\/\d+|exe|root|cwd)$/u.exec(path) ?? [];
  if (entry !== undefined) return `/proc/${pid}/${entry}`;
  const [, descriptor] = /^\/dev\/fd\/(\d+)$/u.exec(path) ?? [];
  const number = descriptor ?? STANDARD[path];
  return number === undefined ? null : `/proc/${pid}/fd/${number}`;
}

const STANDARD: Readonly<Record<string, string>> = {
  '/dev/stdin': '0',
  '/dev/stdout': '1',
  '/dev/stderr': '2',
};
