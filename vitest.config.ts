import { defineConfig } from 'vitest/config';
import { expectShortRun, lateOptimizing } from './src/cli/expect-short-run.ts';

expectShortRun();

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/global-setup.ts',
    // For what hangs, not for what is slow: real processes take ten times as long where others are at work.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Real processes share two cores: more workers than cores only move the waiting into the tests.
    maxWorkers: 2,
    // No module of ours keeps state, and none is mocked: loading them anew for each file is a sixth of all the time.
    isolate: false,
    // Nor does most of what tests run pay for being optimised: another sixth.
    execArgv: [...lateOptimizing()],
    // Every use of a CommonJS package would go through a proxy: a half of the time of reading YAML.
    deps: { interopDefault: false },
    coverage: { include: ['src/**/*.ts'], reporter: ['text-summary'] },
  },
});
