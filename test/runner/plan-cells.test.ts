import { describe, expect, it } from 'vitest';
import { ScenarioError } from '../../src/errors.ts';
import { type Emulation, NATIVE } from '../../src/launch/emulations/emulations.ts';
import { modelOf } from '../../src/launch/emulations/presets.ts';
import { planCells } from '../../src/runner/plan-cells.ts';

const strategies = [
  { name: 'batched', launches: true },
  { name: 'in-process', launches: false },
] as const;
const wrapper: Emulation = { kind: 'wrapper', name: 'qemu', command: { 'x86_64-linux-gnu': ['/bin/qemu'] } };
const model: Emulation = { kind: 'model', name: 'fex-nocache', model: modelOf('fex-nocache') };

describe('the cells of a scenario', () => {
  it('are every strategy under every emulation, strategies in order within each', () => {
    const { measured, modelled } = planCells(strategies, [NATIVE, model]);
    expect(measured.map(({ row, emulation }) => [row, emulation.name])).toEqual([
      ['batched', 'native'],
      ['in-process', 'native'],
    ]);
    expect(modelled.map(({ row }) => row)).toEqual(['batched', 'in-process']);
  });

  it('are every strategy with every tool too, but one where nothing is launched', () => {
    const { measured, modelled } = planCells(strategies, [NATIVE, wrapper, model], ['before', 'after']);
    const names = (cells: readonly { row: string; tool: string | null }[]) =>
      cells.map(({ row, tool }) => `${row}@${tool ?? '-'}`);
    expect(names(measured)).toEqual([
      ...['batched@before', 'in-process@-', 'batched@after'],
      ...['batched@before', 'batched@after'],
    ]);
    expect(names(modelled)).toEqual(['batched@before', 'in-process@-', 'batched@after']);
  });

  it('leave out what launches nothing under a wrapper, and say so', () => {
    const { measured, notes } = planCells(strategies, [wrapper]);
    expect(measured.map(({ row }) => row)).toEqual(['batched']);
    expect(notes).toEqual(['in-process launches nothing, so there is nothing to put qemu before.']);
  });

  it('cannot be models alone: they are computed from native cells', () => {
    expect(() => planCells(strategies, [model])).toThrow(ScenarioError);
  });

  it('cannot be none', () => {
    expect(() => planCells([{ name: 'in-process', launches: false }], [wrapper])).toThrow(
      'Nothing is left to run',
    );
  });
});
