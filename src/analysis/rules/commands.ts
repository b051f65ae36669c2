import { formatCommandLine } from '../../shell-words.ts';
import type { GateFiles } from '../gate-rules.ts';
import type { JudgedCell } from './check.ts';

/** The command line that counts one cell again. */
export function countAgain({ of, row, emulation }: JudgedCell, options: readonly string[] = []): string {
  return formatCommandLine([
    ...runOf(of.source),
    '--counts-only',
    ...options,
    '--strategy',
    row,
    '--emulation',
    emulation,
  ]);
}

/** The command line that times the cells of one emulation again; a cell alone has nothing to be compared with. */
export function timeAgain({ of, emulation }: JudgedCell): string {
  return formatCommandLine([...runOf(of.source), '--null-control', '--emulation', emulation]);
}

/** The command line that takes the counts found into the baseline; null without a baseline. */
export function acceptCounts({ results, baseline }: GateFiles): string | null {
  return baseline === null
    ? null
    : formatCommandLine(['launchbench', 'gate', ...results, '--baseline', baseline, '--update']);
}

function runOf(source: string): string[] {
  return ['launchbench', 'run', source.replace(/^bundled:/, '')];
}
