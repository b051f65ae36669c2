import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** How long an instrument that was told to end may take before it is killed, milliseconds. */
const END_PATIENCE_MS = 5_000;

/** A process that is talked to in lines. It has a session of its own, so that a Ctrl-C reaches us alone. */
export class InstrumentProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #exited: Promise<void>;
  #received = '';
  #lastWords = '';
  #ending = false;
  #ended = false;
  #waiting: ((line: string | null) => void) | null = null;

  constructor([executable = '', ...args]: readonly string[]) {
    // An empty environment: what steers our own Node (NODE_OPTIONS) or linker must not steer the instrument.
    this.#child = spawn(executable, args, {
      env: {},
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#received += text;
      this.#deliver();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-4096);
    });
    // A write to an instrument that has ended: its end is told by `line`.
    this.#child.stdin.on('error', () => undefined);
    this.#exited = new Promise((resolve) => {
      const end = (): void => {
        this.#ended = true;
        this.#deliver();
        resolve();
      };
      this.#child.once('error', (error) => {
        this.#lastWords = error.message;
        end();
      });
      this.#child.once('close', end);
    });
  }

  write(bytes: Buffer): void {
    this.#child.stdin.write(bytes);
  }

  /** The next line without its end; null when the process has ended. One caller at a time. */
  line(): Promise<string | null> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#deliver();
    });
  }

  /** What it last wrote to standard error, or why it did not start. */
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
    this.#child.stdin.end();
    const impatient = setTimeout(() => {
      this.#child.kill('SIGKILL');
    }, END_PATIENCE_MS);
    await this.#exited;
    clearTimeout(impatient);
  }

  #deliver(): void {
    if (this.#waiting === null) return;
    const lineEnd = this.#received.indexOf('\n');
    if (lineEnd < 0 && !this.#ended) return;
    const resolve = this.#waiting;
    this.#waiting = null;
    resolve(lineEnd < 0 ? null : this.#received.slice(0, lineEnd));
    this.#received = this.#received.slice(lineEnd + 1);
  }
}
