import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { TEST_TOOLS } from './builders/needs.ts';
import { outputOf } from './builders/programs.ts';

it('every program that tests need has a group of scripts/install/test-tools.sh, which has no other', () => {
  const script = fileURLToPath(new URL('../scripts/install/test-tools.sh', import.meta.url));
  const groups = outputOf('sh', [script, '--list'])
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/:.*/u, ''));
  // Of the graphics stack tests read the files; it has no program.
  const named = new Set<string>([...Object.values(TEST_TOOLS), 'graphics-stack']);
  expect(groups.toSorted()).toEqual([...named].toSorted());
});
