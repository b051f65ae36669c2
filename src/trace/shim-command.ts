import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildEnd } from '../core/overrides/server.ts';
import { nodeSpawnFailure } from '../launch/node-spawn-failure.ts';
import { makeTemporaryFolder } from '../provision/make-temporary-folder.ts';
import { CountError, UsageError } from '../errors.ts';
import { formatCommandLine } from '../shell-words.ts';
import { locateCommand } from '../launch/locate-command.ts';
import { cannotRun, overtime, type RunningTrace, stopOf, type TraceRequest } from './trace-command.ts';
import { endMarkedTasks, forwardSignal } from './traced-tasks.ts';

/** What a command called by name, as far as shims saw it. */
export interface ShimTrace {
  readonly end: ChildEnd;
  readonly startS: number;
  readonly endS: number;
  readonly rootPid: number;
  /** Path of the command itself. */
  readonly path: string;
  readonly calls: readonly ShimCall[];
}

/** One launch of a program that has a shim. */
export interface ShimCall {
  readonly pid: number;
  readonly parentPid: number;
  readonly path: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly startS: number;
}

/**
 * Runs a command with a folder in front of PATH that holds a small script for each of these programs: it writes down that
 * it was called, and becomes the program. Only those programs are counted, and only where they are called by name.
 *
 * @throws UsageError for a name that is not in PATH
 * @throws CommandError when there is no such command
 * @throws LaunchError when its working directory is not there, or its arguments are larger than the kernel allows
 */
export function shimCommand(names: readonly string[], request: TraceRequest): RunningTrace<ShimTrace> {
  const { argv, cwd, env, signal } = request;
  const located = locateCommand(argv[0], env['PATH'], cwd);
  if (located.kind !== 'found') throw cannotRun(argv[0], located);
  const programs = names.map((name) => ({ name, path: findProgram(name, request) }));
  signal?.throwIfAborted();
  const folder = makeTemporaryFolder();
  const places = { folder, bin: join(folder, 'bin'), log: join(folder, 'log') };
  try {
    mkdirSync(places.bin);
    mkdirSync(places.log);
    for (const { name, path } of programs) writeShim(join(places.bin, name), path, places.log);
    return run(located.path, request, places);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Places {
  readonly folder: string;
  readonly bin: string;
  readonly log: string;
}

function findProgram(name: string, { env, cwd }: TraceRequest): string {
  const located = name.includes('/') ? null : locateCommand(name, env['PATH'], cwd);
  if (located?.kind === 'found') return located.path;
  throw new UsageError(`--shim: ${JSON.stringify(name)} is no program in PATH`, {
    hint: 'A shim stands for a program that is called by its name, as in --shim git,node.',
  });
}

/** Each call gets a file of its own, made by whoever comes first: two at once cannot mix. */
function writeShim(file: string, program: string, log: string): void {
  const text = `#!/bin/sh
# Made by launchbench trace: writes down that it was called, then becomes the program itself.
set -C
i=0
until { printf '%s\\0' "$PPID" "$PWD" "$#" "$0" "$@" >${quoted(log)}/"$$.$i"; } 2>/dev/null; do
  i=$((i + 1))
  [ "$i" -lt 10000 ] || { echo "launchbench: cannot write down a launch of $0" >&2; exit 126; }
done
exec ${quoted(program)} "$@"
`;
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}

function quoted(path: string): string {
  return formatCommandLine([path]);
}

function run(path: string, request: TraceRequest, { folder, bin, log }: Places): RunningTrace<ShimTrace> {
  const { argv, cwd, env, stdio } = request;
  const startS = Date.now() / 1000;
  let child: ChildProcess;
  try {
    child = spawn(path, argv.slice(1), {
      argv0: argv[0],
      cwd,
      env: { ...env, PATH: `${bin}:${env['PATH'] ?? ''}` },
      stdio: typeof stdio === 'string' ? [stdio, stdio, stdio] : [stdio[0], stdio[1], stdio[2]],
    });
  } catch (error) {
    throw nodeSpawnFailure(error, path, cwd);
  }
  const stop = stopOf(request, () => overtime(request));
  stop.signal.addEventListener('abort', () => {
    endMarkedTasks(bin);
  });
  const ended = new Promise<ChildEnd>((resolve, reject) => {
    child.once('error', (error) => {
      reject(nodeSpawnFailure(error, path, cwd));
    });
    child.once('exit', (status, ending) => {
      resolve(
        ending === null ? { kind: 'exited', status: status ?? 0 } : { kind: 'signalled', signal: ending },
      );
    });
  });
  const finish = async (): Promise<ShimTrace> => {
    try {
      const end = await ended;
      const endS = Date.now() / 1000;
      stop.signal.throwIfAborted();
      return { end, startS, endS, path, rootPid: child.pid ?? 0, calls: readCalls(bin, log) };
    } finally {
      stop.release();
      rmSync(folder, { recursive: true, force: true });
    }
  };
  return {
    forward(name) {
      if (child.exitCode === null) forwardSignal(child.pid, name);
    },
    done: finish(),
  };
}

/** In the order in which they were made, by the clock of the file system. */
function readCalls(bin: string, log: string): readonly ShimCall[] {
  return readdirSync(log)
    .map((name) => {
      const file = join(log, name);
      const { birthtimeMs, mtimeMs } = statSync(file);
      return {
        name,
        startS: Math.min(birthtimeMs || mtimeMs, mtimeMs) / 1000,
        text: readFileSync(file, 'utf8'),
      };
    })
    .sort((a, b) => a.startS - b.startS)
    .map(({ name, startS, text }) => {
      const [parent = '', cwd = '', count = '', shim = '', ...rest] = text.split('\0');
      if (rest.length !== Number(count) + 1) {
        throw new CountError(`what a shim wrote down is cut short: ${text.length} bytes of process ${name}`);
      }
      const program = shim.startsWith(`${bin}/`) ? shim.slice(bin.length + 1) : shim;
      return {
        pid: Number(name.split('.')[0]),
        parentPid: Number(parent),
        path: program,
        argv: [program, ...rest.slice(0, -1)],
        cwd,
        startS,
      };
    });
}
