import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { ChildEnd, Launcher, LaunchReport, LaunchRequest } from '../core/overrides/server.ts';
import { InterruptedError } from '../errors.ts';
import { endGroup } from './end-group.ts';
import { nodeSpawnFailure } from './node-spawn-failure.ts';
import { STDERR_TAIL_BYTES, wholeLines } from './stderr-tail.ts';
import { startTimeLimit } from './time-limit.ts';

/** How long standard error is read on after the child has ended, milliseconds. */
const STDERR_PATIENCE_MS = 200;

/** What a direct launcher may be given. */
export interface DirectLauncherOptions {
  /** When it fires, the running child and its process group are ended and its launch is rejected. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The launcher for what is not timed: plain children of this process. Each has a process group of its own, so that a
 * timeout or an interruption ends all that it started; its standard output is dropped.
 */
export function createDirectLauncher({ signal }: DirectLauncherOptions = {}): Launcher {
  return {
    async launch(request) {
      if (signal?.aborted === true) throw interrupted(request);
      return waitFor(start(request, 'ignore'), request, signal);
    },
    converse(request, onStderr) {
      if (signal?.aborted === true) throw interrupted(request);
      const child = start(request, 'pipe');
      // What a child does not read before it ends is lost.
      child.stdin.on('error', () => undefined);
      child.stderr.on('data', onStderr);
      return {
        ended: waitFor(child, request, signal),
        write: (bytes) => void child.stdin.write(bytes),
        end: () => void child.stdin.end(),
      };
    },
  };
}

function start(request: LaunchRequest, stdin: 'ignore'): ChildProcessByStdio<null, null, Readable>;
function start(request: LaunchRequest, stdin: 'pipe'): ChildProcessByStdio<Writable, null, Readable>;
function start({ argv: [program, ...args], env, cwd = '/' }: LaunchRequest, stdin: 'ignore' | 'pipe') {
  try {
    return spawn(program, args, { env, cwd, detached: true, stdio: [stdin, 'ignore', 'pipe'] });
  } catch (error) {
    throw nodeSpawnFailure(error, program, cwd);
  }
}

function waitFor(
  child: ChildProcessByStdio<Writable | null, null, Readable>,
  request: LaunchRequest,
  signal: AbortSignal | undefined,
): Promise<LaunchReport> {
  const { argv, cwd = '/', timeoutMs } = request;
  return new Promise((resolve, reject) => {
    let stderr = Buffer.alloc(0);
    let written = 0;
    let timedOut = false;
    const limit = startTimeLimit(timeoutMs, () => {
      timedOut = true;
      endGroup(child.pid);
    });
    const interrupt = (): void => {
      endGroup(child.pid);
    };
    signal?.addEventListener('abort', interrupt);
    const finish = (): void => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', interrupt);
    };

    child.stderr.on('data', (chunk: Buffer) => {
      written += chunk.length;
      stderr = Buffer.concat([stderr, chunk]).subarray(-STDERR_TAIL_BYTES);
    });
    child.once('error', (error) => {
      finish();
      reject(nodeSpawnFailure(error, argv[0], cwd));
    });
    child.once('exit', () => {
      // Whoever the child left behind may hold its standard error open for ever.
      setTimeout(() => child.stderr.destroy(), STDERR_PATIENCE_MS).unref();
    });
    child.once('close', (status, ended) => {
      finish();
      if (signal?.aborted === true) {
        reject(interrupted(request));
        return;
      }
      let end: ChildEnd = { kind: 'exited', status: status ?? 0 };
      if (ended !== null)
        end = timedOut ? { kind: 'timed-out', timeoutMs } : { kind: 'signalled', signal: ended };
      resolve({ end, stderr: wholeLines(stderr.toString(), written > stderr.length) });
    });
  });
}

function interrupted({ argv }: LaunchRequest): InterruptedError {
  return new InterruptedError(`Interrupted at ${JSON.stringify(argv)}`);
}
