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

const PROCESS_PATH =
  /\/(?:proc\/(?:self|thread-self|\d+)\/(?:fd|exe|root|cwd)\b|dev\/fd\b)(?:\/\d+)?|\/dev\/std(?:in|out|err)\b/gu;
