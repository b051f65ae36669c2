import { EnvironmentError, InterruptedError, LaunchError } from '../errors.ts';
import { VERSION } from '../version.ts';
import type { ChildEnd } from '../core/overrides/server.ts';
import { InstrumentProcess } from './instrument-process.ts';
import {
  END_OF_INPUT,
  type EndedReply,
  formatInput,
  formatRequest,
  type Greeting,
  parseGreeting,
  parseReply,
} from './instrument-protocol.ts';
import { signalName } from './signals.ts';
import { errnoName, spawnFailure } from './spawn-failure.ts';
import type { SpawnReport, SpawnRequest, TimedConversation, Timer } from './timer.ts';

/** Which timer to open, and where its programs lie. */
export interface TimerOptions {
  /** The kind that must be used; left out: the helper where there is one, else Node. */
  readonly prefer?: 'helper' | 'node' | undefined;
  /** The compiled timing helper; null: there is none (see installed-helper.ts). */
  readonly helperPath: string | null;
  /** The bundled node-timer.cjs. */
  readonly nodeTimerPath: string;
  /** Command put before the instrument, to trace it and all that it launches; see trace/tracer.ts. */
  readonly prefix?: readonly string[] | undefined;
}

/**
 * Opens the timer: an instrument process that stays up, spawns children on request and tells what each took.
 * Close it when done; it also ends, with its child, when this process dies in whatever way.
 *
 * @throws EnvironmentError when the helper is asked for and not there, or no instrument starts.
 */
export async function openTimer(options: TimerOptions): Promise<Timer> {
  const { prefer, nodeTimerPath, prefix = [] } = options;
  const helper = helperToTry(options);
  if (helper !== null) {
    try {
      return await Instrument.start([...prefix, helper]);
    } catch (error) {
      // Compiled on another machine or for another libc: Node can still do it.
      if (prefer === 'helper') throw error;
    }
  }
  return Instrument.start([...prefix, process.execPath, nodeTimerPath]);
}

/**
 * Stands for the timer that `openTimer` opens where nothing is launched: no instrument is started then. Its kind is
 * that of the instrument that would be tried first.
 *
 * @throws EnvironmentError when the helper is asked for and not there.
 */
export function unopenedTimer(options: TimerOptions): Timer {
  const kind = helperToTry(options) === null ? 'node' : 'helper';
  const refuse = (): never => {
    throw new Error('something is launched where nothing should be');
  };
  return {
    kind,
    version: VERSION,
    pid: process.pid,
    spawn: refuse,
    converse: refuse,
    close: () => Promise.resolve(),
  };
}

/** The helper, where it is tried before Node; null: it is not. */
function helperToTry({ prefer, helperPath }: TimerOptions): string | null {
  if (prefer === 'helper' && helperPath === null) {
    throw new EnvironmentError('The timing helper is not there', {
      hint: 'It is compiled at installation when a C compiler is there: install gcc and libc6-dev, then run npm rebuild.',
    });
  }
  return prefer === 'node' ? null : helperPath;
}

/** How long an instrument may take for what is no child of its: a greeting, the end of a child. Milliseconds. */
const PATIENCE_MS = 60_000;

/** Longest line that an instrument says, characters; the real ones have some 150. */
const MAX_REPLY_LENGTH = 4096;

/** An instrument process and the conversation with it. */
class Instrument implements Timer {
  readonly kind: Greeting['kind'];
  readonly version = VERSION;
  readonly pid: number;
  readonly #process: InstrumentProcess;

  private constructor(process: InstrumentProcess, greeting: Greeting) {
    this.#process = process;
    this.kind = greeting.kind;
    this.pid = greeting.pid;
  }

  static async start(command: readonly string[]): Promise<Instrument> {
    const started = new InstrumentProcess(command, MAX_REPLY_LENGTH);
    const line = await started.line(PATIENCE_MS);
    const greeting = line === null ? null : parseGreeting(line);
    if (greeting === null) {
      await started.end();
      throw new EnvironmentError(
        `The timer ${JSON.stringify(command)} does not work: ${started.lastWords()}`,
        {
          hint: 'Install again (npm rebuild) so that it is built for this machine.',
        },
      );
    }
    return new Instrument(started, greeting);
  }

  async spawn(request: SpawnRequest): Promise<SpawnReport> {
    this.#begin(request, 'spawn');
    return this.#finish(request);
  }

  converse(request: SpawnRequest): TimedConversation {
    this.#begin(request, 'converse');
    let isOver = false;
    const ended = this.#finish(request).finally(() => {
      isOver = true;
    });
    return {
      ended,
      write: (bytes) => {
        if (!isOver) this.#process.write(formatInput(bytes));
      },
      end: () => {
        if (!isOver) this.#process.write(END_OF_INPUT);
      },
    };
  }

  #begin(request: SpawnRequest, verb: 'spawn' | 'converse'): void {
    if (this.#process.isEnding()) throw new LaunchError('The timer has been closed');
    this.#process.write(formatRequest(request, verb));
  }

  /** Waits for the answer to a request. */
  async #finish(request: SpawnRequest): Promise<SpawnReport> {
    const line = await this.#process.line(request.timeoutMs + PATIENCE_MS);
    if (line === null) {
      if (this.#process.isEnding()) throw new InterruptedError('Interrupted while a child was running');
      throw new LaunchError(`The timer ended while it ran ${JSON.stringify(request.argv)}`, {
        hint: this.#process.lastWords(),
      });
    }
    const reply = parseReply(line);
    if (reply === null) throw new LaunchError(`The timer answered ${JSON.stringify(line)}`);
    if (reply.kind === 'failed') {
      const { stdinFile: stdin, stdoutFile: stdout, stderrFile: stderr } = request;
      const paths = { exec: request.argv[0], cwd: request.cwd, stdin, stdout, stderr };
      const { stage, errno } = reply;
      throw spawnFailure({ stage, code: errnoName(errno), path: paths[stage] ?? '/dev/null' });
    }
    const { pid, startNs, endNs, usage } = reply;
    return { pid, startNs, endNs, usage, end: endOf(reply, request.timeoutMs) };
  }

  async close(): Promise<void> {
    await this.#process.end();
  }
}

function endOf({ how, number }: EndedReply, timeoutMs: number): ChildEnd {
  switch (how) {
    case 'exited':
      return { kind: 'exited', status: number };
    case 'signalled':
      return { kind: 'signalled', signal: signalName(number) };
    case 'timed-out':
      return { kind: 'timed-out', timeoutMs };
  }
}
