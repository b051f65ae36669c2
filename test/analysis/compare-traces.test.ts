import { describe, expect, it } from 'vitest';
import { compareTraces } from '../../src/analysis/compare-traces.ts';
import { aTraceComparison, aTraceDocument } from '../builders/some-traces.ts';

describe('two traces', () => {
  it('differ by what was executed and who started it, not by place', () => {
    const { executables, came, went } = aTraceComparison().comparison;
    expect({ came, went }).toEqual({
      came: [
        { label: 'git describe', startedBy: 'sh', base: 1, head: 3 },
        { label: 'strip main.o', startedBy: 'make', base: 0, head: 1 },
      ],
      went: [{ label: 'git status --porcelain', startedBy: 'sh', base: 1, head: 0 }],
    });
    expect(executables).toEqual([
      { name: 'git', startedBy: 'sh', base: 2, head: 3 },
      { name: 'strip', startedBy: 'make', base: 0, head: 1 },
      { name: 'sh', startedBy: 'make', base: 1, head: 1 },
      { name: 'cc', startedBy: 'sh', base: 1, head: 1 },
    ]);
  });

  it('of the same launches differ in nothing, and turned round in the opposite', () => {
    const { trace } = aTraceDocument();
    const same = compareTraces({ label: 'a', trace }, { label: 'b', trace });
    expect({ came: same.came, went: same.went }).toEqual({ came: [], went: [] });
    const empty = { ...trace, tree: trace.tree.slice(0, 1) };
    const grown = compareTraces({ label: 'a', trace: empty }, { label: 'b', trace });
    const shrunk = compareTraces({ label: 'b', trace }, { label: 'a', trace: empty });
    expect(grown.came.map(({ label }) => label)).toEqual(shrunk.went.map(({ label }) => label));
    expect(grown.came).toHaveLength(4);
  });
});
