// Keeps the house in order: who may import what. Run with `npm run boundaries`.

/** The rooms of src/, from the ground up. A room imports only from rooms before it. */
const ROOMS = [
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

/** The files that touch disks and processes, by room; all others are functions of their arguments. */
const EFFECTS = Object.entries({
  'core/sysroot': ['sysroot', 'confine', 'read-file'],
  'core/capture': [
    'capture',
    'given-file',
    'lines',
    'path-glob',
    'paths',
    'process-bytes',
    'reporter',
    'run-order',
    'write-links',
  ],
  'core/drivers': ['escaping-links'],
  'core/overrides': [
    'aliases',
    'destination-links',
    'digest',
    'find-tools',
    'make-folders',
    'manifests',
    'open-provider',
    'overrides-tree',
    'provider-facts',
    'run-plan',
  ],
  launch: [
    'direct-launcher',
    'emulations/detect',
    'find-executable',
    'installed-helper',
    'instrument-process',
    'node-timer-main',
    'stderr-tail',
  ],
  provision: ['archive', 'make-temporary-folder', 'provision', 'write-tree'],
  scenario: ['load'],
  trace: ['tracer'],
  machine: ['fingerprint', 'machine-facts', 'tool-identity'],
  results: ['read-text', 'store', 'write-file'],
  runner: [
    'capture-once-main',
    'clocks',
    'drop-file-cache',
    'foresee-links',
    'measure-scenario',
    'run-scenarios',
    'set-up-scenario',
    'workbench',
  ],
  cli: ['files', 'installation', 'load-history', 'main', 'commands/plan'],
}).flatMap(([room, files]) => files.map((file) => `^src/${room}/${file}\\.ts$`));

const upwards = ROOMS.slice(0, -1).map((room, index) => ({
  name: `${room}-imports-from-below`,
  comment:
    `Data walks one way and so do imports: ${room} has never heard of the rooms after it. ` +
    'Move what you need down, or hand it in as an argument.',
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: `^src/(${ROOMS.slice(index + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...upwards,
    {
      name: 'ground-floor-imports-no-room',
      comment:
        'Files directly in src/ are words that every room shares (errors, findings); index.ts alone opens rooms.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$', pathNot: '^src/index\\.ts$' },
      to: { path: '^src/[^/]+/' },
    },
    {
      name: 'door-opens-the-core',
      comment:
        'The library is the core, and a launcher for it. Whoever imports it must not pay for the harness or the ' +
        'command line.',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: '^src/(?!core/)[^/]+/', pathNot: '^src/launch/(direct-launcher|capture-graphics)\\.ts$' },
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
      name: 'pure-rooms-have-no-built-ins',
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
      name: 'core-needs-no-package',
      comment: 'The core is a library: whoever embeds it gets our code and nothing else.',
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
      name: 'no-undeclared-packages',
      comment: 'What is bundled must be in package.json, at a version that we chose.',
      severity: 'error',
      from: { path: '^src/' },
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
    // Imports of types count: a room that knows a later room's types knows the later room.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
