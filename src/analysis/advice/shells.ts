import { nameIn, type TraceLaunch } from '../../results/trace.ts';
import { plural } from '../../plural.ts';
import type { AdviceRule } from './advice.ts';
import { groupBy } from './group-by.ts';

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'busybox']);

/** `sh -c COMMAND` that starts one program and waits for it: exec, or a launch without a shell, does the same. */
export const adviseOnShells: AdviceRule = ({ tree }, isFree) => {
  const children = new Map<number, TraceLaunch[]>();
  for (const launch of tree) {
    if (launch.startedBy === null) continue;
    const known = children.get(launch.startedBy);
    if (known) known.push(launch);
    else children.set(launch.startedBy, [launch]);
  }
  const between = tree.flatMap((shell) => {
    const [only, ...others] = children.get(shell.seq) ?? [];
    const isBetween =
      isFree(shell.seq) &&
      SHELLS.has(nameIn(shell)) &&
      shell.argv.some((word) => /^-[a-z]*c$/u.test(word)) &&
      only !== undefined &&
      others.length === 0 &&
      shell.end?.kind !== 'replaced';
    return isBetween ? [{ shell, only }] : [];
  });
  return [...groupBy(between, ({ shell, only }) => `${nameIn(shell)}\0${nameIn(only)}`).values()].flatMap(
    (same) => {
      const [first] = same;
      if (first === undefined) return [];
      return [
        {
          kind: 'shell-between' as const,
          what: `${nameIn(first.shell)} -c starts ${nameIn(first.only)} and nothing else, ${plural(same.length, 'time')}; "exec" in front of it, or no shell, saves a process`,
          caution: 'Only where the shell does nothing behind it',
          saved: same.map(({ shell }) => shell.seq),
          kept: same.map(({ only }) => only.seq),
        },
      ];
    },
  );
};
