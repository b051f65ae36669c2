// Which module may import what. Run with `npm run boundaries`.

/** The modules of src/, lowest first. A module imports only from modules before it. */
const MODULES = [
  'native',
  'core/sysroot',
  'core/capture',
  'core/drivers',
  'core/planning',
  'core/editions',
  'core/overrides',
  'launch',
  'provision',
  'scenario',
  'trace',
  'statistics',
  'machine',
  'results',
  'runner',
  'analysis',
  'reporters',
  'cli',
];

/** The files that touch disks and processes, by module; all others are functions of their arguments. */
const EFFECTS = Object.entries({
  'core/sysroot': ['sysroot', 'inspector', 'read-file'],
  'core/capture': [
    'capture',
    'given-file',
    'lines',
    'path-glob',
    'process-bytes',
    'message-writer',
    'run-order',
    'tree-paths',
    'write-links',
  ],
  'core/overrides': [
    'aliases',
    'destination-links',
    'digest',
    'file-dependencies',
    'find-tools',
    'generations',
    'make-folders',
    'manifests',
    'open-provider',
    'overrides-tree',
    'provider-facts',
    'repeated-files',
    'reuse',
    'run-plan',
    'sentinel',
    'staging',
    'tool-conversation',
    'watch-path',
  ],
  launch: [
    'direct-launcher',
    'emulations/detect',
    'follow-file',
    'installed-helper',
    'instrument-process',
    'locate-command',
    'node-spawn-failure',
    'node-timer-main',
    'stderr-tail',
  ],
  provision: [
    'apt',
    'archive',
    'debian',
    'kept-folder',
    'ld-so-cache-of-tree',
    'make-temporary-folder',
    'merge-usr',
    'provision',
    'system-tool',
    'write-tree',
  ],
  scenario: ['load'],
  trace: ['look-up-process-path', 'shim-command', 'trace-command', 'traced-tasks', 'tracer'],
  machine: ['examine-machine', 'fingerprint', 'machine-facts', 'place-for-trees', 'tool-identity'],
  results: ['read-text', 'store', 'write-file'],
  runner: [
    'bench-launchers',
    'capture-once-main',
    'command-output',
    'commands-bench',
    'drop-file-cache',
    'foresee-links',
    'measure-replay',
    'room-for-trees',
    'run-scenarios',
    'set-up-scenario',
    'verify-cells',
    'workbench',
  ],
  cli: [
    'files',
    'installation',
    'load-history',
    'load-strace-log',
    'main',
    'open-bundle',
    'this-machine',
    'world',
    'commands/plan',
  ],
}).flatMap(([module, files]) => files.map((file) => `^src/${module}/${file}\\.ts$`));

const upwards = MODULES.slice(0, -1).map((module, index) => ({
  name: `${module}-imports-from-below`,
  comment:
    `Data flows one way and so do imports: ${module} knows nothing of the modules after it. ` +
    'Move what you need down, or pass it as an argument.',
  severity: 'error',
  from: { path: `^src/${module}/` },
  to: { path: `^src/(${MODULES.slice(index + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...upwards,
    {
      name: 'shared-files-import-no-module',
      comment:
        'Files directly in src/ are shared by every module (errors, words); only index.ts and vitest.ts import from modules.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$', pathNot: '^src/(index|vitest)\\.ts$' },
      to: { path: '^src/[^/]+/' },
    },
    {
      name: 'library-is-the-core',
      comment:
        'The library is the core, a launcher for it, and a counter of launches that loads what it needs when it is ' +
        'called. Importing it must not load the harness or the command line.',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: {
        path: '^src/(?!core/)[^/]+/',
        pathNot: '^src/(launch/(direct-launcher|capture-graphics)|runner/count-launches|results/trace)\\.ts$',
      },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that import each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      // A command that is loaded when it is called may look at the table that loads it.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    {
      name: 'pure-modules-have-no-built-ins',
      comment:
        'Plans, statistics, the analysis with its gate and the reporters are functions of their arguments: ' +
        'the same input gives the same answer, and tests need no disk. Effects belong to who calls them.',
      severity: 'error',
      from: {
        path: ['^src/core/planning/', '^src/statistics/', '^src/analysis/', '^src/reporters/'],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'effects-are-listed',
      comment:
        'Only the files listed as effects at the head of .dependency-cruiser.mjs touch disks and processes. ' +
        'Keep the deciding part pure and give it data; if this file is an effect by nature, list it.',
      severity: 'error',
      from: { path: '^src/', pathNot: EFFECTS },
      to: { path: '^(node:)?(fs|fs/promises|child_process|net|http|https|worker_threads)$' },
    },
    {
      name: 'yargs-has-one-adapter',
      comment: 'Commands are tables and a function; what takes the words apart can be replaced in one file.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/parse-arguments\\.ts$' },
      to: { path: 'node_modules/(@types/)?yargs' },
    },
    {
      name: 'capture-libs-needs-no-package',
      comment: 'It is launched over and over, and must start as quickly as node itself.',
      severity: 'error',
      from: { path: '^src/core/capture/main\\.ts$' },
      to: { path: 'node_modules/', reachable: true },
    },
    {
      name: 'nothing-imports-native',
      comment:
        'What stands in for modules of Node is put there by the bundler, and in the native capture-libs alone: import ' +
        'node:fs. tsconfig.native.json checks that the program finds all that it uses.',
      severity: 'error',
      from: { path: '^src/(?!native/)' },
      to: { path: '^src/native/' },
    },
    {
      name: 'core-needs-no-package',
      comment: 'The core is a library: embedding it brings this code and nothing else.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/@types/node/' },
    },
    {
      name: 'library-needs-no-package',
      comment:
        'Packages are bundled into the programs and so are development dependencies: nothing is installed with ' +
        'launchbench. The library is not bundled, so it must do without.',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: 'node_modules/', pathNot: 'node_modules/@types/', reachable: true },
    },
    {
      name: 'matchers-need-vitest-alone',
      comment: 'They are not bundled either: whoever imports them has vitest, and need have nothing else.',
      severity: 'error',
      from: { path: '^src/vitest\\.ts$' },
      to: { path: 'node_modules/', pathNot: 'node_modules/(@types|vitest)/', reachable: true },
    },
    {
      name: 'no-undeclared-packages',
      comment:
        'What is bundled must be in package.json, at a chosen version. vitest is not bundled: whoever uses our ' +
        'matchers has it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/vitest\\.ts$' },
      to: { dependencyTypes: ['npm-unknown', 'npm-no-pkg', 'npm-optional'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'unresolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Imports of types count: a module that knows a later module's types knows the later module.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
