import { formatCommandLine } from '../../shell-words.ts';
import { isOfCommands } from '../../results/cells.ts';
import type { GateFiles } from '../gate-rules.ts';
import type { JudgedCell } from './check.ts';

/** The command line that counts one cell again. */
export function countAgain(judged: JudgedCell, options: readonly string[] = []): string {
  const { of, row, emulation } = judged;
  const only = isOfCommands(of) ? '--command' : '--strategy';
  return runAgain(judged, ['--counts-only', ...options, only, row, '--emulation', emulation]);
}

/** The command line that counts all cells of one emulation again: a cell alone differs from nothing. */
export function countAllAgain(judged: JudgedCell): string {
  return runAgain(judged, ['--counts-only', '--emulation', judged.emulation]);
}

/** The command line that times the cells of one emulation again; a cell alone has nothing to be compared with. */
export function timeAgain(judged: JudgedCell): string {
  return runAgain(judged, ['--null-control', '--emulation', judged.emulation]);
}

/** The command line that takes the counts found into the baseline; null without a baseline. */
export function updateCommand({ results, baseline }: GateFiles): string | null {
  return baseline === null
    ? null
    : formatCommandLine(['launchbench', 'gate', ...results, '--baseline', baseline, '--update']);
}

/**
 * With the tools and wrappers that the run was given: without them it would be another one. All that `bench` and
 * `replay` measure stands on their command line, in words that are quoted already, and all of it is run again.
 */
function runAgain({ of: { source }, argv }: JudgedCell, options: readonly string[]): string {
  const [, command, line] = /^(bench|replay):(.*)$/su.exec(source) ?? [];
  if (command !== undefined) return `launchbench ${command} ${line ?? ''} ${options[0] ?? ''}`;
  const given = argv.flatMap((word, index) => {
    if (/^--(?:tool|wrapper)=/.test(word)) return [word];
    const option = argv[index - 1] ?? '';
    return /^--(?:tool|wrapper)$/.test(option) ? [option, word] : [];
  });
  return formatCommandLine(['launchbench', 'run', source.replace(/^bundled:/, ''), ...given, ...options]);
}
