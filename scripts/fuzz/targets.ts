import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyse } from '../../src/analysis/analysis.ts';
import { advise } from '../../src/analysis/advise.ts';
import { replayScenario } from '../../src/cli/replay-scenario.ts';
import { compareResults } from '../../src/analysis/compare-results.ts';
import { judge } from '../../src/analysis/gate.ts';
import { judgeLaunches, labelIn } from '../../src/analysis/judge-launches.ts';
import { parseManifest } from '../../src/core/drivers/manifest.ts';
import { parseProviderManifest } from '../../src/core/drivers/provider-manifest.ts';
import { bufferSource } from '../../src/core/sysroot/byte-reader.ts';
import { readElfDynamic } from '../../src/core/sysroot/elf-dynamic.ts';
import { isSharedObject, readElfExports } from '../../src/core/sysroot/elf-exports.ts';
import { openElfSections, parseElfHeader, readElfSegments } from '../../src/core/sysroot/elf.ts';
import { parseLdSoCache } from '../../src/core/sysroot/ld-so-cache.ts';
import { countBy } from '../../src/group-by.ts';
import { formatGreeting, formatReply, parseGreeting } from '../../src/launch/instrument-protocol.ts';
import { openTimer } from '../../src/launch/open-timer.ts';
import type { Timer } from '../../src/launch/timer.ts';
import { writeLdSoCache } from '../../src/provision/ld-so-cache-writer.ts';
import type { ReportDocument } from '../../src/reporters/document.ts';
import { renderReport, reportersFor } from '../../src/reporters/reporters.ts';
import { baselineCellOf, formatBaseline, parseBaseline } from '../../src/results/baseline.ts';
import { measuredCells } from '../../src/results/cells.ts';
import { formatResults } from '../../src/results/format-results.ts';
import { parseResults, type Results } from '../../src/results/results.ts';
import { launchesIn, traceOfLog } from '../../src/results/trace.ts';
import { parseTrace } from '../../src/results/trace-file.ts';
import { readForeignJson } from '../../src/results/json-file.ts';
import { formatBudget, parseBudget } from '../../src/scenario/budget-file.ts';
import { formatModelFile, parseModelFile } from '../../src/scenario/model-file.ts';
import { importReport } from '../../src/scenario/import-report.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { systemReportSchema } from '../../src/scenario/system-report.ts';
import type { Random } from '../../src/statistics/random.ts';
import { readForeignLog } from '../../src/trace/foreign-log.ts';
import { LaunchLog } from '../../src/trace/launch-log.ts';
import { StraceLog } from '../../src/trace/strace-log.ts';
import { cacheEntries } from '../../test/builders/cache-entries.ts';
import { anElf } from '../../test/builders/elf.ts';
import { aModelFile } from '../../test/builders/some-models.ts';
import { aLaunchLog, anEvent, anExec, asks } from '../../test/builders/launch-log.ts';
import { smallResults } from '../../test/builders/some-documents.ts';
import {
  aMeasuredCell,
  aModelledCell,
  aScenarioResult,
  countsOnlyResults,
  hostileResults,
  someResults,
  troubledResults,
} from '../../test/builders/some-results.ts';
import { aBuildTrace, aTrace, aTraceDocument, aTraceLaunch } from '../../test/builders/some-traces.ts';
import { SHARES, type Target } from './fuzz.ts';
import { keptLists, stackChanges } from './reuse.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What launchbench reads that others may have written. A new kind of file is a line here. */
export const TARGETS = {
  results: resultsFiles,
  baselines: baselineFiles,
  'helper-replies': helperReplies,
  scenarios: scenarioFiles,
  'elf-files': elfFiles,
  'ld-so-caches': ldSoCaches,
  manifests: driverManifests,
  'provider-manifests': providerManifests,
  'strace-logs': straceLogs,
  'launch-logs': launchLogs,
  'foreign-strace-logs': foreignStraceLogs,
  recordings,
  traces,
  budgets,
  models: modelFiles,
  'system-reports': systemReports,
  'reuse-lists': keptLists,
  'reuse-changes': stackChanges,
} as const satisfies Record<string, () => Target | Promise<Target>>;

/** Read, analysed, compared with another run, and shown in some format. */
function resultsFiles(): Target {
  const fewRounds = someResults({
    scenarios: [
      aScenarioResult({
        cells: [
          aMeasuredCell({ launches: 3, rounds: 3 }),
          aMeasuredCell({ strategy: 'batched', launches: 1, rounds: 3, position: 1 }),
        ],
      }),
    ],
  });
  const other = smallResults();
  return {
    samples: [
      ...[fewRounds, countsOnlyResults(), troubledResults(), hostileResults()].map((results) =>
        Buffer.from(formatResults(results)),
      ),
      readFileSync(join(root, 'test/results/golden/results-1.json')),
    ],
    isJson: true,
    share: SHARES.slow,
    async read(input, random) {
      const results = parseResults(input.toString('utf8'), 'results.json');
      const documents: readonly ReportDocument[] = [
        { kind: 'results', analysis: analyse(results) },
        {
          kind: 'comparison',
          comparison: compareResults({ label: 'a', results: other }, { label: 'b', results }),
        },
      ];
      for (const document of documents) await show(document, random);
    },
  };
}

/** Read, and a run judged by it and shown. */
function baselineFiles(): Target {
  const results = [smallResults(), countsOnlyResults()];
  return {
    samples: [
      ...results.map((one) => Buffer.from(formatBaseline({ file: 'b', cells: cellsOf(one) }))),
      readFileSync(join(root, 'results/baselines/bundled.json')),
    ],
    isJson: true,
    share: SHARES.slow,
    async read(input, random) {
      const renew = random() < 0.2;
      const baseline = parseBaseline(input.toString('utf8'), 'baseline.json', { renew });
      for (const one of results) {
        const verdict = judge(one, baseline);
        await show({ kind: 'gate', verdict, results: [one], baseline: 'baseline.json' }, random);
      }
    },
  };
}

/** Answers of a timer that was replaced, each through the conversation with a process. */
function helperReplies(): Target {
  const usage = {
    ...{ userUs: 900, systemUs: 100, maxRssKib: 3000, minorFaults: 120, majorFaults: 0 },
    ...{ voluntarySwitches: 1, involuntarySwitches: 2 },
  };
  const ended = { kind: 'ended', startNs: 1_000n, endNs: 2_000_000n, pid: 77, usage } as const;
  const greeting = formatGreeting({ kind: 'helper', pid: 1 });
  const replies = [
    formatReply({ ...ended, how: 'exited', number: 0 }),
    formatReply({ ...ended, how: 'signalled', number: 9 }),
    formatReply({ ...ended, how: 'timed-out', number: 9, usage: null }),
    formatReply({ kind: 'failed', stage: 'exec', errno: 2 }),
    greeting,
  ];
  let timer: Timer | null = null;
  const stop = async () => {
    await timer?.close();
    timer = null;
  };
  return {
    samples: replies.map((reply) => Buffer.from(reply.trimEnd())),
    isJson: false,
    async read(input) {
      parseGreeting(input.toString('utf8'));
      timer ??= await openTimer({
        prefix: [process.execPath, join(root, 'scripts/fuzz/echo-timer.mjs'), greeting],
        ...{ helperPath: null, nodeTimerPath: '' },
      }).catch((cause: unknown) => {
        throw new Error('the timer that answers does not start', { cause });
      });
      try {
        await timer.spawn({
          ...{ argv: [input.toString('hex')], env: {}, cwd: '/', timeoutMs: 1000 },
          ...{ stdinFile: null, stdoutFile: null, stderrFile: null },
        });
      } finally {
        // What it said beyond one line would be taken for the next answer.
        if (input.includes('\n')) await stop();
      }
    },
    close: stop,
  };
}

/** Read to the trees that they ask for, which are described, not written. */
function scenarioFiles(): Target {
  const folder = join(root, 'scenarios');
  return {
    // Every key is in one of them. Comments are a third of them, and read as nothing, damaged or not.
    samples: ['collisions', 'emulators', 'host'].map((name) =>
      Buffer.from(readFileSync(join(folder, `${name}.yaml`), 'utf8').replaceAll(/^ *#.*\n/gmu, '')),
    ),
    isJson: false,
    share: SHARES.slow,
    read(input) {
      parseScenario(input.toString('utf8'), { source: 'scenario.yaml', folder: '/' });
    },
  };
}

function elfFiles(): Target {
  return {
    samples: [
      anElf(),
      anElf({ needed: ['liba.so.1', 'libb.so.2'], runpath: '/opt/lib' }),
      anElf({ bits: 32, machine: 3 }),
    ].map((bytes) => Buffer.from(bytes)),
    isJson: false,
    read(input) {
      const header = parseElfHeader(bufferSource(input));
      readElfDynamic(header);
      readElfExports(header);
      isSharedObject(header);
      openElfSections(header);
      readElfSegments(header);
    },
  };
}

function ldSoCaches(): Target {
  const tuple = 'x86_64-linux-gnu';
  const entries = ['liba.so.1', 'libb.so.2', 'libGL.so.1'].map((soname) => ({
    ...({ soname, path: `/usr/lib/${tuple}/${soname}`, tuple } as const),
  }));
  return {
    samples: [Buffer.from(writeLdSoCache(entries)), Buffer.from(writeLdSoCache([]))],
    isJson: false,
    read(input) {
      cacheEntries(parseLdSoCache(input));
    },
  };
}

function driverManifests(): Target {
  const kinds = ['egl-icd', 'vulkan-icd', 'vulkan-layer', 'openxr-layer', 'openxr-runtime'] as const;
  const layer = {
    ...{ name: 'VK_LAYER_a', type: 'GLOBAL', library_path: 'liba.so', api_version: '1.3.0' },
    ...{ implementation_version: '1', description: 'd', component_layers: ['VK_LAYER_b'] },
  };
  return {
    samples: [
      { file_format_version: '1.0.0', ICD: { library_path: '/usr/lib/liba.so', api_version: '1.3.0' } },
      { file_format_version: '1.2.1', layer, layers: [layer] },
      { file_format_version: '1.0.0', api_layer: layer, runtime: { library_path: '../liba.so' } },
    ].map((manifest) => Buffer.from(JSON.stringify(manifest))),
    isJson: true,
    read(input, random) {
      const kind = kinds[Math.floor(random() * kinds.length)] ?? 'egl-icd';
      parseManifest(input, kind, { newestLayerFormat: '1.2.1' });
    },
  };
}

function providerManifests(): Target {
  const architectures = {
    'x86_64-linux-gnu': { fallback_library_paths: ['/a', '/b'], dri_paths: ['/c'] },
    'i386-linux-gnu': {},
  };
  return {
    samples: [Buffer.from(JSON.stringify({ graphics_provider_v0: { root: '..', architectures } }))],
    isJson: true,
    read(input) {
      parseProviderManifest(input, 'graphics_provider.json');
    },
  };
}

function straceLogs(): Target {
  const lines = [
    '10 1700000000.000001 execve("/bin/root", ["root"], 0x7ffe /* 3 vars */) = 0',
    '10 1700000000.000002 vfork( <unfinished ...>',
    '11 1700000000.000003 execve("/bin/a", ["a", "b\\"c"], 0x7ffe /* 3 vars */ <unfinished ...>',
    '10 1700000000.000004 <... vfork resumed>) = 11',
    '11 1700000000.000005 <... execve resumed>) = 0',
    '11 1700000000.000006 +++ exited with 0 +++',
    '10 1700000000.000007 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=11, si_uid=0, si_status=0} ---',
    '10 1700000000.000008 +++ killed by SIGKILL +++',
  ];
  return {
    samples: [lines, lines.map(withEnvironment)].map((sample) =>
      Buffer.from(sample.map((line) => `${line}\n`).join('')),
    ),
    isJson: false,
    read(input, random) {
      const lookUp = () => (random() < 0.5 ? '/somewhere' : null);
      const log = new StraceLog('strace.log', '/', { keepsVariable: (name) => name !== 'A', lookUp });
      log.read(input.toString('latin1'));
      log.end();
    },
  };
}

/** What our own tracer writes. */
function launchLogs(): Target {
  const events = [
    anEvent('created 10 11 process'),
    asks(11, ['/opt/a']),
    anEvent('asked 11 1700000000000002 whole 2 1', ['/bin/a', '/bin/sh', 'a', 'ä\n', 'A=b', 'fd/9', '/etc']),
    anEvent('executed 11 11', ['/']),
    anEvent('created 10 12 thread'),
    anEvent('ended 11 1700000000000003 signalled 9'),
    anExec(10, ['/bin/b'], { caller: 12 }),
  ];
  return {
    samples: [Buffer.from(aLaunchLog(...events), 'latin1')],
    isJson: false,
    read(input, random) {
      const log = new LaunchLog('log', '/', { keepsVariable: (name) => name !== 'A', lookUp: () => null });
      const text = input.toString('latin1');
      const middle = Math.floor(random() * text.length);
      log.read(text.slice(0, middle));
      log.read(text.slice(middle));
      log.end();
    },
  };
}

/** As `strace -v` shows it. */
function withEnvironment(line: string): string {
  return line.replace('0x7ffe /* 3 vars */', String.raw`["A=b", "PATH=/bin:/usr/bin", "B=\"\303\244\n\""]`);
}

/** The same written with other options, and by strace without -o. */
function foreignStraceLogs(): Target {
  const numbered = [
    '10 23:59:59.000001 execve("/bin/root", ["root", "lo"..., ...], ["A=b"...]) = 0 <0.000123>',
    '10 23:59:59.000002 clone(child_stack=NULL, flags=CLONE_VM|CLONE_VFORK|SIGCHLD <unfinished ...>',
    '11 23:59:59.000003 execve("/bin/a", ["a"], 0x7ffe /* 3 vars */) = 0',
    '10 00:00:00.000004 <... clone resumed>) = 11 <0.000100>',
    '10 00:00:00.000004 chdir("/src") = 0',
    '11 00:00:00.000006 +++ exited with 0 +++',
    '10 00:00:00.000008 +++ exited with 1 +++',
  ];
  const streamed = [
    'execve("/bin/root", ["root"], 0x7ffe /* 3 vars */) = 0',
    'vfork(strace: Process 11 attached',
    ' <unfinished ...>',
    '[pid 11] execve("/bin/a", ["a"], 0x7ffe /* 3 vars */ <unfinished ...>',
    '[pid 10] <... vfork resumed>) = 11',
    '[pid 11] <... execve resumed>) = 0',
    '[pid 11] +++ exited with 0 +++',
    '+++ exited with 0 +++',
  ];
  return {
    samples: [numbered, streamed, streamed.map(withEnvironment)].map((lines) =>
      Buffer.from(lines.map((line) => `${line}\n`).join('')),
    ),
    isJson: false,
    read(input, random) {
      const text = input.toString('utf8');
      const cut = Math.floor(random() * text.length);
      const files = [{ name: 'strace.log', pid: null, text }] as const;
      const split = [
        { name: 'strace.log.10', pid: 10, text: text.slice(0, cut) },
        { name: 'strace.log.11', pid: 11, text: text.slice(cut) },
      ] as const;
      const saved = { variables: ['*'], secrets: false };
      const trace = traceOfLog(
        readForeignLog(random() < 0.8 ? files : split, () => true),
        saved,
      );
      // It can be written and read again.
      parseTrace(JSON.stringify(trace), 'trace.json');
    },
  };
}

/** Read, searched for launches that could be fewer, and shown. */
function traces(): Target {
  return {
    samples: [aBuildTrace(), aTrace([aTraceLaunch()])].map((trace) => Buffer.from(JSON.stringify(trace))),
    isJson: true,
    async read(input, random) {
      const trace = parseTrace(input.toString('utf8'), 'trace.json');
      advise(trace);
      await show(aTraceDocument(trace), random);
    },
  };
}

/** Read, made into a scenario that makes the launches again, and searched for launches that could be fewer. */
function recordings(): Target {
  const tool = '/usr/libexec/x86_64-linux-gnu-capsule-capture-libs';
  const capture = (seq: number, ...words: readonly string[]) =>
    aTraceLaunch({
      ...{ seq, startedBy: 0, executable: tool, env: { PATH: '/bin' }, tried: ['/bin/tool'] },
      argv: [tool, '--provider=/p', '--container', '/c', ...words],
      processPaths: { '/proc/self/fd/9': '/o' },
    });
  const recording = aTrace(
    [
      aTraceLaunch({ env: {} }),
      capture(1, '--dest=/proc/self/fd/9/vulkan/0', 'if-exists:path:/usr/lib/a.so'),
      capture(2, '--dest=/proc/self/fd/9/vulkan/1', 'if-exists:path:/usr/lib/b.so'),
      capture(3, '--dest', '/proc/self/fd/9', 'gl:', 'soname:libc.so.6', 'from:/list'),
      capture(4, '--print-ld.so'),
      aTraceLaunch({
        seq: 5,
        startedBy: 0,
        executable: '/bin/sh',
        argv: ['sh', '-c', 'git --version'],
        env: {},
      }),
      aTraceLaunch({ seq: 6, startedBy: 5, executable: '/bin/git', argv: ['git', '--version'], env: null }),
    ],
    { saved: { variables: ['PATH', 'LD_*'], secrets: false } },
  );
  return {
    samples: [Buffer.from(JSON.stringify(recording))],
    isJson: true,
    read(input, random) {
      const trace = parseTrace(input.toString('utf8'), 'r.json');
      const isThere = () => random() < 0.9;
      advise(trace, { identityOf: () => (random() < 0.5 ? 'same' : null) });
      replayScenario(
        trace,
        { recording: 'r.json', only: random() < 0.5 ? [] : ['*'], wrapper: [] },
        {
          isFolder: isThere,
          isFile: isThere,
          whyNotExecutable: () => (isThere() ? null : 'there is no such file'),
        },
      );
    },
  };
}

/** Read, a command judged by it, and written again. */
function budgets(): Target {
  const trace = aBuildTrace();
  const launches = countBy(launchesIn(trace), labelIn);
  const counts = {
    launches: 5,
    forks: 1,
    byExecutable: new Map([['cc', 2]]),
    matching: () => 2,
    known: launches,
  };
  const text = formatBudget(counts, null);
  return {
    samples: [
      text,
      'version: 1\nlaunches: { max: 40, why: "the linker" } # so many\nexecutables:\n  git*: 3\n  /usr/bin/cc: 2\n',
    ].map((sample) => Buffer.from(sample)),
    isJson: false,
    read(input) {
      const budget = input.toString('utf8');
      judgeLaunches(trace, parseBudget(budget, 'budget.yaml'), { reproduce: 'a', accept: 'b' });
      parseBudget(formatBudget(counts, { text: budget, file: 'budget.yaml' }), 'budget.yaml');
    },
  };
}

/** Read, and written so that the same is read again; a run predicted by it, and shown. */
function modelFiles(): Target {
  const native = aMeasuredCell({ launches: 3, rounds: 3 });
  return {
    samples: [aModelFile(), aModelFile({ perPageMs: undefined, perLibraryMs: A_RANGE })].map((file) =>
      Buffer.from(formatModelFile(file)),
    ),
    isJson: true,
    share: SHARES.slow,
    async read(input, random) {
      const text = input.toString('utf8');
      const file = parseModelFile(text, 'model.json');
      const again = parseModelFile(formatModelFile(file), 'again.json');
      if (formatModelFile(again) !== formatModelFile(file))
        throw new Error('what was written is read otherwise');
      if (!holdsAll(file, JSON.parse(text))) throw new Error('something was lost in reading');
      const { name, model } = file;
      const cells = [native, { ...aModelledCell(), emulation: name, model }];
      const results = someResults({ scenarios: [aScenarioResult({ cells })] });
      await show({ kind: 'results', analysis: analyse(results) }, random);
    },
  };
}

const A_RANGE = { value: 1, low: 0.5, high: 2 };

/** Whether every number and text of a document is in what was read of it. */
function holdsAll(read: unknown, document: unknown): boolean {
  if (!(document instanceof Object)) return Object.is(read, document) || read === document;
  if (!(read instanceof Object)) return false;
  const members = new Map<string, unknown>(Object.entries(read));
  return Object.entries(document).every(
    ([key, member]: [string, unknown]) => key === '__proto__' || holdsAll(members.get(key), member),
  );
}

/** Made into a scenario, which is read as `run` reads it. */
function systemReports(): Target {
  const folder = '/usr/lib/x86_64-linux-gnu/';
  const drivers = (...names: readonly string[]) => names.map((name) => ({ library_path: folder + name }));
  const described = (name: string) => ({
    ...{ json_path: `/usr/share/${name}.json`, library_path: 'liba.so.1', api_version: '1.3' },
    ...{ name: 'VK_LAYER_a', library_arch: '64' },
  });
  const report = {
    'can-run': true,
    architectures: {
      'x86_64-linux-gnu': {
        ...{ 'can-run': true, dri_drivers: drivers('dri/a_dri.so', 'dri/b_dri.so') },
        'va-api_drivers': drivers('dri/a_drv_video.so'),
        vdpau_drivers: drivers('vdpau/libvdpau_a.so.1').map((one) => ({
          ...one,
          library_link: 'libvdpau_a.so',
        })),
        glx_drivers: [{ library_soname: 'libGLX_a.so.0', ...drivers('libGLX_a.so.0')[0] }],
      },
      'i386-linux-gnu': { 'can-run': false },
    },
    egl: { icds: [described('egl')], external_platforms: [described('platform')] },
    vulkan: {
      icds: [described('icd')],
      explicit_layers: [described('explicit')],
      implicit_layers: [described('implicit')],
    },
    'openxr-1': { runtimes: { active: described('runtime') } },
    'os-release': { pretty_name: 'Debian GNU/Linux 12' },
  };
  return {
    samples: [Buffer.from(JSON.stringify(report))],
    isJson: true,
    share: SHARES.slow,
    read(input) {
      const hint = 'Ask for another one.';
      const read = readForeignJson(input.toString('utf8'), 'report.json', {
        schema: systemReportSchema,
        hint,
      });
      const { text } = importReport(read, 'theirs', 'report.json');
      parseScenario(text, { source: 'theirs.yaml', folder: '/' });
    },
  };
}

function cellsOf(results: Results) {
  return results.scenarios.flatMap((scenario) =>
    measuredCells(scenario).map((cell) => baselineCellOf(scenario.name, cell)),
  );
}

/** In one of the formats that can show it: each costs many times what reading costs. */
async function show(document: ReportDocument, random: Random): Promise<void> {
  const formats = reportersFor(document.kind);
  const format = formats[Math.floor(random() * formats.length)] ?? 'json';
  await renderReport(format, document, { color: false, width: 80, unicode: true, verbose: random() < 0.5 });
}
