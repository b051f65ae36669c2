import { describe, expect, it } from 'vitest';
import { emulatorAround, type EmulatorTraces } from '../../src/machine/emulator-around.ts';
import { readMachineFacts } from '../../src/machine/machine-facts.ts';
import { installed } from '../builders/needs.ts';
import { outputOf } from '../builders/programs.ts';

const NONE: EmulatorTraces = {
  threadExecutable: '/usr/bin/node',
  kernelText: 'Linux version 6.18.1 (builder@host) (gcc 14)',
  kernelVersion: '#1 SMP PREEMPT_DYNAMIC',
};

describe('the emulator that runs us', () => {
  it.each<{ traces: Partial<EmulatorTraces>; emulator: string | null }>([
    { traces: {}, emulator: null },
    { traces: { threadExecutable: null, kernelText: null }, emulator: null },
    { traces: { kernelText: 'Linux version 6.18.1 (FEX@FEX) (clang)' }, emulator: 'FEX' },
    { traces: { kernelVersion: '#FEX-2608 SMP' }, emulator: 'FEX' },
    { traces: { threadExecutable: '/usr/bin/qemu-x86_64' }, emulator: 'qemu-x86_64' },
    { traces: { threadExecutable: '/usr/local/bin/box64' }, emulator: 'box64' },
  ])('by $traces is $emulator', ({ traces, emulator }) => {
    expect(emulatorAround({ ...NONE, ...traces })).toBe(emulator);
  });

  it('is none here', () => {
    expect(readMachineFacts().emulator).toBeNull();
  });

  const qemu = installed('qemu-x86_64');
  it.skipIf(qemu === null || process.arch !== 'x64')(
    'is what /proc/thread-self/exe leads to, when it is qemu-user',
    { timeout: 120_000 },
    () => {
      const read = 'process.stdout.write(require("fs").readlinkSync("/proc/thread-self/exe"))';
      const threadExecutable = outputOf(qemu ?? '', [process.execPath, '-e', read]);
      expect(emulatorAround({ ...NONE, threadExecutable })).toBe('qemu-x86_64');
    },
  );
});
