/**
 * The parts of a word that lead elsewhere in every process: `/proc/self/fd/9` of `--dest=/proc/self/fd/9/lib`. Source:
 * proc(5).
 */
export function processPathsIn(word: string): readonly string[] {
  return word.match(PROCESS_PATH) ?? [];
}

/** A word with what those parts lead to in their place, as far as that is known. */
export function replaceProcessPaths(word: string, targets: Readonly<Record<string, string>>): string {
  return word.replace(PROCESS_PATH, (path) =>
    Object.hasOwn(targets, path) ? (targets[path] ?? path) : path,
  );
}

/**
 * The entry of a process's folder below /proc that such a path means: `fd/9`; null: none. Numbers of processes are left
 * alone: whose they are depends on the namespace of whoever named them.
 */
export function processEntry(path: string): string | null {
  const [, entry] = /^\/proc\/(?:self|thread-self)\/(fd\/\d+|exe|root|cwd)$/u.exec(path) ?? [];
  if (entry !== undefined) return entry;
  const [, descriptor] = /^\/dev\/fd\/(\d+)$/u.exec(path) ?? [];
  const number = descriptor ?? STANDARD[path];
  return number === undefined ? null : `fd/${number}`;
}

const STANDARD: Readonly<Record<string, string>> = {
  '/dev/stdin': '0',
  '/dev/stdout': '1',
  '/dev/stderr': '2',
};

/** Not the end of a longer path, as `/srv/root/dev/stdin` is; an option, a list or a word and ":" may stand before it. */
const PROCESS_PATH =
  /(?<!\/[\w.+@%~-][\w.+@%~/-]*?)(?:\/(?:proc\/(?:self|thread-self|\d+)\/(?:fd|exe|root|cwd)\b|dev\/fd\b)(?:\/\d+)?|\/dev\/std(?:in|out|err)\b)/gu;
