// Finds files, exports and packages that nothing uses. Run with `npm run dead-code`.

/** @type {import('knip').KnipConfig} */
export default {
  // The library's door, the programs that scripts/bundle.mjs bundles, by name, and the scripts that people run by hand.
  entry: [
    'src/index.ts',
    'src/vitest.ts',
    'src/cli/main.ts',
    'src/core/capture/main.ts',
    'src/launch/node-timer-main.ts',
    'src/runner/capture-once-main.ts',
    // Put in place of Node's modules by the bundler; the probe compares them with those.
    'src/native/{buffer,fs,process,newer-methods}.ts',
    'test/native/probe.ts',
    'scripts/*.{mjs,ts}',
    'scripts/bench/*.{mjs,ts}',
    'scripts/install/*.mjs',
    'scripts/fuzz/echo-timer.mjs',
  ],
  project: ['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.{mjs,ts}'],
  // A type that an exported function takes or returns is exported with it, for whoever wants to name it.
  ignoreExportsUsedInFile: { interface: true, type: true },
  // Programs of the system that tests and benchmarks start; they say so themselves where one is missing.
  ignoreBinaries: ['cc', 'hyperfine', 'mkfifo', 'strace'],
};
