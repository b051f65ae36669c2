import { wildcard } from '../core/capture/compare/wildcard.ts';
import { executableName } from '../results/launch-label.ts';

/** Whether an executable is meant by a glob. One without a slash is about the file's name, wherever the file lies. */
export function matchesGlob(executable: string, pattern: string): boolean {
  const matches = wildcard(pattern);
  if (pattern.includes('/')) return matches(executable);
  const name = executable.slice(executable.lastIndexOf('/') + 1);
  return matches(name) || matches(executableName(executable));
}

/** The launches of what is meant by a glob; null: all of them. */
export function launchesMatching<Launch extends { readonly executable: string }>(
  launches: readonly Launch[],
  pattern: string | null,
): readonly Launch[] {
  return pattern === null ? launches : launches.filter(({ executable }) => matchesGlob(executable, pattern));
}
