import { Script } from 'node:vm';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { expectShortRun, lateOptimizing } from '../../src/cli/expect-short-run.ts';

const SOURCE = '() => 1';

/** Bytecode as V8 makes it with no flag of ours, but with the others that this process was started with. */
const { stdout: bytecode } = execaSync(
  process.execPath,
  [
    ...process.execArgv.filter((flag) => !lateOptimizing().includes(flag)),
    '--eval',
    `process.stdout.write(new (require('node:vm').Script)(${JSON.stringify(SOURCE)}).createCachedData())`,
  ],
  { encoding: 'buffer', stripFinalNewline: false },
);
/** Under a name of its own each time: V8 asks for no bytecode of what it has compiled already. */
const isRefused = (): boolean | undefined =>
  new Script(SOURCE, { cachedData: Buffer.from(bytecode), filename: `${(count += 1)}.cjs` })
    .cachedDataRejected;
let count = 0;

describe('expectShortRun', () => {
  it('loads bytecode that was made without it', () => {
    const asUsual = expectShortRun();
    expect(asUsual(isRefused)).toBe(false);
    expect(asUsual(isRefused)).toBe(false);
  });

  it('goes back to waiting when something was loaded, and when that failed', () => {
    const asUsual = expectShortRun();
    expect(isRefused()).toBe(true);
    asUsual(isRefused);
    expect(isRefused()).toBe(true);
    expect(() =>
      asUsual(() => {
        throw new Error('not there');
      }),
    ).toThrow('not there');
    expect(isRefused()).toBe(true);
  });

  it('leaves a V8 alone that it does not know', () => {
    const before = isRefused();
    const asUsual = expectShortRun('99.1.2-node.1');
    expect([isRefused(), asUsual(isRefused)]).toEqual([before, before]);
  });
});
