import { type ChildProcess, spawn } from 'node:child_process';
import { systemErrorWords } from '../system-errors.ts';
import { endGroup } from './end-group.ts';
import { startTimeLimit } from './time-limit.ts';

/** What may wait to be read, characters: an instrument answers, one line a request. */
const MAX_UNREAD_LENGTH = 0x10000;

/** How long an instrument that was told to end may take before it is killed, milliseconds. */
const END_PATIENCE_MS = 5_000;

/** A process that is talked to in lines. It has a session of its own, so that a Ctrl-C reaches us alone. */
export class InstrumentProcess {
  /** Without streams where no file descriptor was left for them. */
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #received = '';
  #lastWords = '';
  #ending = false;
  #ended = false;
  #waiting: ((line: string | null) => void) | null = null;
  readonly #maxLength: number;

  /** @param maxLength - characters of a line: an instrument may never stop talking */
  constructor([executable = '', ...args]: readonly string[], maxLength: number) {
    this.#maxLength = maxLength;
    // An empty environment: what steers our own Node (NODE_OPTIONS) or linker must not steer the instrument.
    this.#child = spawn(executable, args, {
      env: {},
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#received += text;
      // A long line comes in many pieces, of which each is looked at once.
      if (text.includes('\n') || this.#received.length > this.#maxLength) this.#deliver();
      if (this.#received.length > this.#maxLength + MAX_UNREAD_LENGTH)
        this.#giveUp('it said more than it was asked');
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-4096);
    });
    // A write to an instrument that has ended: its end is told by `line`.
    this.#child.stdin?.on('error', () => undefined);
    this.#exited = new Promise((resolve) => {
      const end = (): void => {
        this.#ended = true;
        this.#deliver();
        resolve();
      };
      this.#child.once('error', (error) => {
        this.#lastWords = systemErrorWords(error);
        end();
      });
      this.#child.once('close', end);
    });
  }

  write(bytes: Buffer): void {
    this.#child.stdin?.write(bytes);
  }

  /**
   * The next line without its end; null when the process has ended, which it is made to do at a limit, as it may hang.
   * One caller at a time.
   */
  line(withinMs: number): Promise<string | null> {
    return new Promise((resolve) => {
      const impatient = startTimeLimit(withinMs, () => {
        this.#giveUp(`it did not answer within ${withinMs / 1000} s`);
      });
      this.#waiting = (line) => {
        clearTimeout(impatient);
        resolve(line);
      };
      this.#deliver();
    });
  }

  /** What it last wrote to standard error, why it did not start, or which limit it did not keep. */
  lastWords(): string {
    return this.#lastWords.trim() || 'it said nothing';
  }

  /** Whether `end` has been called. */
  isEnding(): boolean {
    return this.#ending;
  }

  /** Closes its input, which ends it, and waits for that. */
  async end(): Promise<void> {
    this.#ending = true;
    this.#child.stdin?.end();
    const impatient = setTimeout(() => {
      this.#child.kill('SIGKILL');
    }, END_PATIENCE_MS);
    await this.#exited;
    clearTimeout(impatient);
  }

  #deliver(): void {
    const lineEnd = this.#received.indexOf('\n');
    const length = lineEnd < 0 ? this.#received.length : lineEnd;
    if (length > this.#maxLength) {
      this.#giveUp(`it wrote a line of more than ${this.#maxLength} characters`);
      return;
    }
    if (this.#waiting === null || (lineEnd < 0 && !this.#ended)) return;
    const resolve = this.#waiting;
    this.#waiting = null;
    resolve(lineEnd < 0 ? null : this.#received.slice(0, lineEnd));
    this.#received = this.#received.slice(lineEnd + 1);
  }

  /** Ends the process, with what it started, and its last answer is that it has ended. */
  #giveUp(why: string): void {
    this.#child.stdout?.removeAllListeners('data').resume();
    this.#received = '';
    this.#lastWords = why;
    endGroup(this.#child.pid);
    this.#waiting?.(null);
    this.#waiting = null;
  }
}
