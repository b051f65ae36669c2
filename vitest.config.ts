import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/global-setup.ts',
    testTimeout: 30_000,
    // Real processes share two cores: more workers than cores only move the waiting into the tests.
    maxWorkers: 2,
    coverage: { include: ['src/**/*.ts'], reporter: ['text-summary'] },
  },
});
