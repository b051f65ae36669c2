import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import * as z from 'zod';
import { captureLibs } from '../../src/core/capture/program.ts';
import { PATIENCE } from './patience.ts';
import { unpackSysroot, type UnpackedSysroot } from './sysroots.ts';

const Strings = z.record(z.string(), z.string());
const Texts = z.array(z.string());
const Recording = z.object({
  name: z.string(),
  why: z.string(),
  sysroot: z.string(),
  env: Strings,
  argv: Texts,
  setup: z
    .array(
      z.object({
        path: z.string(),
        target: z.string().optional(),
        content: z.string().default(''),
        dir: z.boolean().default(false),
      }),
    )
    .default([]),
  before: z.array(Texts).default([]),
  files: Strings.default({}),
  stdin: z.string().default(''),
  cwd: z.string().default('{FILES}'),
  dest: z.enum(['absent', 'present']).default('present'),
  needsHostCache: z.boolean().default(false),
  expect: z.object({
    exit: z.number(),
    stdout: z.string().nullable(),
    stdoutMatches: Texts.default([]),
    stderrMatches: Texts.default([]),
    stderrNotMatches: Texts.default([]),
    links: Strings,
  }),
});

/** A recorded run of the capture tool; test/golden/capture/README.md explains the fields. */
export type RecordedCapture = z.infer<typeof Recording>;

/** What a run left behind, with placeholders for paths that differ from run to run. */
export interface ObservedCapture {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Everything in the destination: relative path to link target, or FILE or DIR. */
  readonly links: Readonly<Record<string, string>>;
}

const GOLDEN = fileURLToPath(new URL('../golden/capture', import.meta.url));

/** All recordings that this machine can repeat, in order. */
export function recordedCaptures(): readonly RecordedCapture[] {
  return readdirSync(join(GOLDEN, 'cases'))
    .sort()
    .map((file) => Recording.parse(JSON.parse(readFileSync(join(GOLDEN, 'cases', file), 'utf8'))))
    .filter(({ needsHostCache }) => !needsHostCache || existsSync('/etc/ld.so.cache'));
}

/** The group of a recording: the first word of its name. */
export function groupOf({ name }: RecordedCapture): string {
  return name.replace(/-.*/su, '');
}

/** One recording of each group. */
export function oneOfEachGroup(recordings: readonly RecordedCapture[]): readonly RecordedCapture[] {
  return [...new Map(recordings.map((recording) => [groupOf(recording), recording])).values()];
}

/** Repeats recordings; each sysroot is unpacked once, and may be changed then. */
export class CaptureRepeater {
  readonly #sysroots = new Map<string, UnpackedSysroot>();
  readonly #change: (sysroot: UnpackedSysroot) => void;

  constructor(change: (sysroot: UnpackedSysroot) => void = () => undefined) {
    this.#change = change;
  }

  /** Runs a recording's earlier calls, then the one that was observed. */
  async repeat(recording: RecordedCapture, runTool: RunTool): Promise<ObservedCapture> {
    const { root, provider, container } = this.#sysroot(recording.sysroot);
    const base = mkdtempSync(join(dirname(root), 'launchbench-capture-'));
    const places: Readonly<Record<string, string>> = {
      PROVIDER: provider,
      CONTAINER: container,
      ROOT: root,
      DEST: join(base, 'dest'),
      FILES: join(base, 'files'),
    };
    const fill = (text: string): string =>
      Object.entries(places).reduce((filled, [place, path]) => filled.replaceAll(`{${place}}`, path), text);
    const blank = (text: string): string =>
      Object.entries(places).reduce((left, [place, path]) => left.replaceAll(path, `{${place}}`), text);

    try {
      prepare(recording, fill);
      const env = Object.fromEntries(
        Object.entries(recording.env).map(([name, value]) => [name, fill(value)]),
      );
      const call = { env, cwd: fill(recording.cwd), stdin: fill(recording.stdin) };
      for (const argv of recording.before) {
        const earlier = await runTool({ ...call, argv: argv.map(fill) });
        if (earlier.exit !== 0)
          throw new Error(`An earlier call ended with ${earlier.exit}: ${earlier.stderr}`);
      }
      const { exit, stdout, stderr } = await runTool({ ...call, argv: recording.argv.map(fill) });
      const links = Object.entries(treeOf(fill('{DEST}'))).map(
        ([path, what]) => [blank(path), blank(what)] as const,
      );
      return { exit, stdout: blank(stdout), stderr: blank(stderr), links: Object.fromEntries(links) };
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  }

  /** Removes the unpacked sysroots. */
  close(): void {
    for (const sysroot of this.#sysroots.values()) sysroot.remove();
  }

  #sysroot(name: string): UnpackedSysroot {
    const known = this.#sysroots.get(name);
    if (known !== undefined) return known;
    const unpacked = unpackSysroot(join(GOLDEN, 'sysroots', `${name}.tar.gz`));
    this.#sysroots.set(name, unpacked);
    this.#change(unpacked);
    return unpacked;
  }
}

type Fill = (text: string) => string;

function prepare({ files, dest, setup }: RecordedCapture, fill: Fill): void {
  mkdirSync(fill('{FILES}'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(fill('{FILES}'), name), fill(content));
  }
  if (dest === 'present') mkdirSync(fill('{DEST}'));
  for (const { path, target, content, dir } of setup) {
    const full = join(fill('{DEST}'), path);
    mkdirSync(dirname(full), { recursive: true });
    if (target !== undefined) symlinkSync(fill(target), full);
    else if (dir) mkdirSync(full);
    else writeFileSync(full, content);
  }
}

/** One call of the tool. */
interface ToolCall {
  readonly argv: readonly string[];
  /** The variables of the recording, in addition to the caller's. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdin: string;
}

/** Runs the tool once. */
export type RunTool = (call: ToolCall) => Promise<Omit<ObservedCapture, 'links'>>;

/** The program without a process of its own, whose start costs ten times what it does. It has no standard input. */
export const inThisProcess: RunTool = async ({ argv, env, cwd }) => {
  const output = { 1: '', 2: '' };
  const before = process.cwd();
  process.chdir(cwd);
  try {
    const exit = await captureLibs(argv, {
      program: 'capture-libs',
      env: {
        CAPSULE_DEBUG: env['CAPSULE_DEBUG'],
        LD_LIBRARY_PATH: env['LD_LIBRARY_PATH'],
        POSIXLY_CORRECT: env['POSIXLY_CORRECT'],
      },
      print: (fd, text) => (output[fd] += text),
    });
    return { exit, stdout: output[1], stderr: output[2] };
  } finally {
    process.chdir(before);
  }
};

/** Variables of the caller that would change what a recording means. */
const SCRUBBED = ['LD_LIBRARY_PATH', 'LD_PRELOAD', 'CAPSULE_DEBUG', 'CAPSULE_PREFIX', 'POSIXLY_CORRECT'];

/** Launches the program that starts so. */
export function launching(...tool: readonly [string, ...string[]]): RunTool {
  return async ({ argv, env, cwd, stdin }) => {
    const [file, ...args] = tool;
    const inherited = Object.entries(process.env).filter(([name]) => !SCRUBBED.includes(name));
    const { exitCode, stdout, stderr } = await execa(file, [...args, ...argv], {
      ...{ cwd, input: stdin, reject: false, stripFinalNewline: false, timeout: PATIENCE.timeout },
      ...{ env: { ...Object.fromEntries(inherited), LC_ALL: 'C', ...env }, extendEnv: false },
    });
    return { exit: exitCode ?? null, stdout, stderr };
  };
}

function treeOf(top: string): Record<string, string> {
  if (!existsSync(top)) return {};
  const found: Record<string, string> = {};
  for (const entry of readdirSync(top, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    found[path.slice(top.length + 1)] = entry.isSymbolicLink()
      ? readlinkSync(path)
      : entry.isDirectory()
        ? 'DIR'
        : 'FILE';
  }
  return found;
}
