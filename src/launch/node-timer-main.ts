// Instrument process for machines without the compiled timing helper: the same conversation, in Node. It is a
// process of its own so that it stays small (a fork copies its parent's page tables) and so that the CPU time of
// its children is that of nobody else's. Bundled into one file; imports no package.
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { closeSync, constants as flagsOf, openSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { endGroup } from './end-group.ts';
import {
  type EndedReply,
  type FailedReply,
  formatGreeting,
  formatReply,
  parseOrder,
} from './instrument-protocol.ts';
import { signalNumber } from './signals.ts';
import { startTimeLimit } from './time-limit.ts';
import type { SpawnRequest, Usage } from './timer.ts';

/** Length of a clock tick of /proc/PID/stat: USER_HZ is 100 on every Linux we run on. Source: proc(5), time(7). */
const TICK_US = 10_000;

let running: ChildProcess | null = null;
let pending: Buffer = Buffer.alloc(0);

process.stdin.on('data', (chunk: Buffer) => {
  pending = Buffer.concat([pending, chunk]);
  serveNext();
});
process.stdin.on('end', leave);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, leave);
process.stdout.write(formatGreeting({ kind: 'node', pid: process.pid }));

/** Does as it is told, in order; what is not for the child that runs waits until that has ended. */
function serveNext(): void {
  for (let next = parseOrder(pending); next !== null; next = parseOrder(pending)) {
    const { order, rest } = next;
    switch (order.kind) {
      case 'input':
        running?.stdin?.write(order.bytes);
        break;
      case 'end':
        running?.stdin?.end();
        break;
      case 'spawn':
      case 'converse':
        if (running !== null) return;
        void serve(order.request, order.kind === 'converse').then((reply) => {
          process.stdout.write(formatReply(reply));
          serveNext();
        });
    }
    pending = rest;
  }
}

async function serve(request: SpawnRequest, converses: boolean): Promise<EndedReply | FailedReply> {
  const files: number[] = [];
  const wanted = [
    { stage: 'cwd', path: request.cwd, flags: flagsOf.O_RDONLY | flagsOf.O_DIRECTORY },
    { stage: 'stdin', path: request.stdinFile, flags: 'r' },
    { stage: 'stdout', path: request.stdoutFile, flags: 'a' },
    { stage: 'stderr', path: request.stderrFile, flags: 'a' },
  ] as const;
  try {
    for (const { stage, path, flags } of wanted) {
      try {
        files.push(openSync(path ?? '/dev/null', flags));
      } catch (error) {
        return { kind: 'failed', stage, errno: errnoOf(error) };
      }
    }
    return await run(request, converses ? ['pipe', ...files.slice(2)] : files.slice(1));
  } catch (error) {
    // Thrown by `spawn`, as E2BIG is.
    return { kind: 'failed', stage: 'exec', errno: errnoOf(error) };
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** Starts the child in a process group of its own and waits for its end. */
function run(request: SpawnRequest, stdio: StdioOptions): Promise<EndedReply | FailedReply> {
  const { argv, env, cwd, timeoutMs } = request;
  return new Promise((resolve) => {
    let timedOut = false;
    const before = childTicks();
    const startNs = process.hrtime.bigint();
    const child = spawn(argv[0], argv.slice(1), { env, cwd, stdio, detached: true });
    running = child;
    // What a child does not read before it ends is lost.
    child.stdin?.on('error', () => undefined);
    const limit = startTimeLimit(timeoutMs, () => {
      timedOut = true;
      endGroup(child.pid);
    });
    const settle = (reply: EndedReply | FailedReply): void => {
      clearTimeout(limit);
      running = null;
      resolve(reply);
    };
    child.once('error', (error) => {
      if (child.pid === undefined) settle({ kind: 'failed', stage: 'exec', errno: errnoOf(error) });
    });
    child.once('exit', (status, signal) => {
      const endNs = process.hrtime.bigint();
      settle({
        kind: 'ended',
        startNs,
        endNs,
        pid: child.pid ?? 0,
        how: signal === null ? 'exited' : timedOut ? 'timed-out' : 'signalled',
        number: signal === null ? (status ?? 0) : signalNumber(signal),
        usage: usageSince(before),
      });
    });
  });
}

/** CPU time of all children reaped so far. Source: cutime and cstime, proc(5). */
function childTicks(): { readonly user: number; readonly system: number } | null {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    // The name in parentheses may hold blanks; behind it, cutime and cstime are the 14th and 15th field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { user: Number(fields[13]), system: Number(fields[14]) };
  } catch {
    return null;
  }
}

function usageSince(before: ReturnType<typeof childTicks>): Usage | null {
  const after = childTicks();
  if (before === null || after === null) return null;
  return {
    userUs: (after.user - before.user) * TICK_US,
    systemUs: (after.system - before.system) * TICK_US,
    maxRssKib: null,
    minorFaults: null,
    majorFaults: null,
    voluntarySwitches: null,
    involuntarySwitches: null,
  };
}

function leave(): void {
  if (running !== null) endGroup(running.pid);
  process.exit(0);
}

function errnoOf(error: unknown): number {
  const { errno }: NodeJS.ErrnoException = error instanceof Error ? error : new Error();
  return errno === undefined ? constants.errno.EIO : -errno;
}
