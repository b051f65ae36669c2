import { formatCommandLine } from '../../shell-words.ts';
import type { GateFiles } from '../gate-rules.ts';
import type { JudgedCell } from './check.ts';

/** The command line that counts one cell again. */
export function countAgain(judged: JudgedCell, options: readonly string[] = []): string {
  const { row, emulation } = judged;
  return formatCommandLine([
    ...runOf(judged),
    ...['--counts-only', ...options],
    ...['--strategy', row, '--emulation', emulation],
  ]);
}

/** The command line that counts all cells of one emulation again: a cell alone differs from nothing. */
export function countAllAgain(judged: JudgedCell): string {
  return formatCommandLine([...runOf(judged), '--counts-only', '--emulation', judged.emulation]);
}

/** The command line that times the cells of one emulation again; a cell alone has nothing to be compared with. */
export function timeAgain(judged: JudgedCell): string {
  return formatCommandLine([...runOf(judged), '--null-control', '--emulation', judged.emulation]);
}

/** The command line that takes the counts found into the baseline; null without a baseline. */
export function acceptCounts({ results, baseline }: GateFiles): string | null {
  return baseline === null
    ? null
    : formatCommandLine(['launchbench', 'gate', ...results, '--baseline', baseline, '--update']);
}

/** With the tools and wrappers that the run was given: without them it would be another one. */
function runOf({ of: { source }, argv }: JudgedCell): string[] {
  const given = argv.flatMap((word, index) => {
    if (/^--(?:tool|wrapper)=/.test(word)) return [word];
    const option = argv[index - 1] ?? '';
    return /^--(?:tool|wrapper)$/.test(option) ? [option, word] : [];
  });
  return ['launchbench', 'run', source.replace(/^bundled:/, ''), ...given];
}
