import * as z from 'zod';
import { LaunchError, SysrootError } from '../errors.ts';
import { InstrumentProcess } from '../launch/instrument-process.ts';
import { type CaptureRequest, formatCaptureRequest } from './capture-request.ts';
import type { CellRun } from './cell-record.ts';
import { type Account, accountOf } from './take-sample.ts';

/** How the process of a capture without launches is started. */
export interface FreshProcessOptions {
  /** Node and capture-once.cjs, behind a tracer's words where it is traced. */
  readonly command: readonly string[];
  /** Limit for each of its answers, milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A process that is there for one capture: what it has read so far, the capture will not find read. */
export interface FreshProcess {
  /**
   * Captures, and tells what the process itself measured around that; `why` is what called for a capture where overrides
   * might have been used again.
   *
   * @throws SysrootError when the capture fails, LaunchError when the process does.
   */
  capture(): Promise<{ readonly account: Account; readonly why: string | null }>;
  /** What the capture left behind. */
  examine(): Promise<CellRun>;
  end(): Promise<void>;
}

/**
 * Starts a process that has loaded the library and discovered the drivers when this returns. It is part of the
 * instrument, and no launch: whoever captures in-process is running already.
 */
export async function startFreshProcess(
  request: CaptureRequest,
  { command, timeoutMs, signal }: FreshProcessOptions,
): Promise<FreshProcess> {
  const started = new InstrumentProcess([...command, ...formatCaptureRequest(request)], MAX_REPLY_LENGTH);
  const interrupt = (): void => void started.end();
  signal.addEventListener('abort', interrupt);
  const answer = async <Reply>(reply: z.ZodType<Reply>): Promise<Reply> => {
    const line = await started.line(timeoutMs);
    const parsed = reply.safeParse(line === null ? null : parseJson(line));
    if (parsed.success) return parsed.data;
    const found = line === null ? started.lastWords() : `it answered ${JSON.stringify(line.slice(0, 200))}`;
    throw new LaunchError(`The process for ${request.strategy} failed: ${found}`);
  };
  const fresh: FreshProcess = {
    async capture() {
      started.write(Buffer.from('capture\n'));
      const reply = await answer(captureReply);
      if ('failed' in reply) throw new SysrootError(reply.failed, { hint: reply.hint ?? undefined });
      const { why, ...measured } = reply;
      return { account: accountOf(measured), why };
    },
    examine() {
      started.write(Buffer.from('examine\n'));
      return answer(examineReply);
    },
    async end() {
      signal.removeEventListener('abort', interrupt);
      await started.end();
    },
  };
  try {
    await answer(readyReply);
  } catch (error) {
    await fresh.end();
    throw error;
  }
  return fresh;
}

/** Longest answer, in characters: a line a library and driver, of which the largest stacks have some ten thousand. */
const MAX_REPLY_LENGTH = 1 << 24;

const count = z.int().nonnegative();

const readyReply = z.strictObject({ ready: z.literal(true) });

const captureReply = z.union([
  z.strictObject({ failed: z.string(), hint: z.string().nullable() }),
  z.strictObject({
    why: z.string().nullable(),
    wallNs: count,
    userUs: count,
    systemUs: count,
    maxRssKib: count.nullable(),
    minorFaults: count,
    majorFaults: count,
    voluntarySwitches: count,
    involuntarySwitches: count,
  }),
]);

const examineReply = z.strictObject({
  patterns: count,
  links: count,
  drivers: z.strictObject({ offered: count, captured: count }),
  overridesDigest: z.string(),
  entries: z.array(z.strictObject({ offer: z.string(), words: z.string() })),
  targetsDigest: z.string(),
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
