import { nameIn } from '../../results/trace.ts';
import { groupBy } from '../../group-by.ts';
import { plural } from '../../plural.ts';
import type { AdviceRule } from './advice.ts';

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'busybox']);

/** `sh -c COMMAND` that starts one program, or becomes it: a launch without a shell does the same. */
export const adviseOnShells: AdviceRule = ({ tree }, isFree) => {
  const children = groupBy(tree, ({ startedBy }) => startedBy);
  const between = tree.flatMap((shell) => {
    const [only, ...others] = children.get(shell.seq) ?? [];
    const isBetween =
      isFree(shell.seq) &&
      SHELLS.has(nameIn(shell)) &&
      shell.argv.some((word) => /^-[a-z]*c$/u.test(word)) &&
      only !== undefined &&
      others.length === 0;
    return isBetween ? [{ shell, only, becomes: shell.end?.kind === 'replaced' }] : [];
  });
  return [
    ...groupBy(between, ({ shell, only, becomes }) =>
      [nameIn(shell), nameIn(only), becomes].join('\0'),
    ).values(),
  ].map((same) => {
    const [{ shell, only, becomes }] = same;
    const times = same.length === 1 ? '' : `, ${plural(same.length, 'time')}`;
    return {
      kind: 'shell-between',
      what: becomes
        ? `${nameIn(shell)} -c only becomes ${nameIn(only)}${times}; a launch without the shell saves its start`
        : `${nameIn(shell)} -c starts ${nameIn(only)} and nothing else${times}; a launch without the shell saves its start, and "exec" in front a process`,
      caution: 'Only where the command line needs nothing of a shell, which does nothing behind it either',
      effect: 'bypassed',
      saved: same.map((one) => one.shell.seq),
      kept: same.map((one) => one.only.seq),
    };
  });
};
