import { Buffer } from 'node:buffer';
import { lstatSync, rmSync } from 'node:fs';
import type { LaunchError } from '../../errors.ts';
import { ALL_CALLS, type CaptureCall } from '../planning/plan.ts';
import { ARCHITECTURES, type Tuple } from '../sysroot/architectures.ts';
import { decodeBytes, encodeBytes } from '../sysroot/byte-text.ts';
import { describeEnd, tellWarnings, toolArguments, toolFailure, withLibraryPath } from './each-launch.ts';
import { COMMENT_SENTINEL, createSentinel, SENTINEL_LINK, type Sentinel } from './sentinel.ts';
import {
  type CaptureSession,
  type Conversation,
  isConfined,
  type Launching,
  type LaunchReport,
} from './server.ts';
import type { Staging } from './staging.ts';
import { watchPath } from './watch-path.ts';

/** A capture tool that is given call after call. */
export interface ToolConversation {
  /**
   * Has patterns captured, and waits until that is done.
   *
   * @throws LaunchError when the tool ends, or says nothing until its time is up.
   */
  ask(patterns: readonly string[], call: Pick<CaptureCall, 'purpose' | 'dest'>): Promise<void>;
  /**
   * Ends it, as nothing more is to be captured.
   *
   * @throws LaunchError when it does not end well.
   */
  end(): Promise<void>;
  /** Ends it, whatever it says to that. */
  abandon(): Promise<void>;
}

/** What is kept of what a tool has said: enough to be shown, and to know an answer. */
const MAX_HEARD = 65_536;

/** Launches the capture tool of an architecture, to be talked to. */
export function startToolConversation(
  arch: Tuple,
  { directory, besides }: Pick<Staging, 'directory' | 'besides'>,
  session: CaptureSession,
  launching: Launching,
): ToolConversation {
  const { launcher, toolFor, env, timeoutMs } = launching;
  const { report: reportLine = () => undefined } = session;
  const tool = toolFor(arch);
  const echoes = tool.kind !== 'external' && isConfined(session);
  const argv: [string, ...string[]] = [
    ...tool.argv,
    ...(echoes ? ['--echo-comments'] : []),
    ...toolArguments(session, launching)(arch, directory, ['from:-']),
  ];
  const sentinel = echoes ? COMMENT_SENTINEL : createSentinel(besides, session.provider, ARCHITECTURES[arch]);
  let heard = '';
  let onAnswer = (): void => undefined;
  const link = `${directory}/${SENTINEL_LINK}`;
  const listen = (): void => {
    if (isWarnedOf(sentinel, heard) || lstatSync(link, { throwIfNoEntry: false }) !== undefined) onAnswer();
  };
  const watcher = watchPath(directory, (name) => {
    if (name === null || name === SENTINEL_LINK) listen();
  });
  let conversation: Conversation;
  try {
    conversation = launcher.converse(
      {
        ...{ argv, timeoutMs, arch, purpose: ALL_CALLS, executable: tool.executable },
        env: withLibraryPath(env, session.libraryPath),
      },
      (piece) => {
        heard = (heard + piece.toString('latin1')).slice(-MAX_HEARD);
        listen();
      },
    );
  } catch (error) {
    watcher.close();
    throw error;
  }
  const ended = conversation.ended.finally(() => {
    watcher.close();
  });
  // It is told to whoever waits for it.
  ended.catch(() => undefined);

  /** What it has said, but for its answers; said again, it is forgotten. */
  const takeHeard = (): string => {
    const said = withoutAnswers(sentinel, decodeBytes(Buffer.from(heard, 'latin1')));
    heard = '';
    return said;
  };
  const failure = ({ stderr }: LaunchReport, what: string): LaunchError =>
    toolFailure(what, stderr === '' ? takeHeard() : withoutAnswers(sentinel, stderr), argv, { hint: HINT });

  return {
    async ask(patterns, { purpose, dest }) {
      const answer = new Promise<void>((resolve) => {
        onAnswer = resolve;
      });
      conversation.write(encodeBytes([...patterns, sentinel.line].map((line) => `${line}\n`).join('')));
      await Promise.race([
        answer,
        ended.then((report) => {
          const how = describeEnd(report.end) ?? 'ended';
          throw failure(report, `${how} before ${purpose} into ${dest} was done`);
        }),
      ]);
      rmSync(link, { force: true });
      tellWarnings(takeHeard(), reportLine);
    },
    async end() {
      conversation.end();
      const report = await ended;
      const how = describeEnd(report.end);
      if (how !== null) throw failure(report, `${how} when all was done`);
      tellWarnings(takeHeard(), reportLine);
    },
    async abandon() {
      conversation.end();
      await ended.catch(() => undefined);
    },
  };
}

const HINT =
  'single-launch needs a tool that acts on each line of "from:-" before it reads the next one; --strategy batched launches the tool for each call.';

/** Whether a whole line is the answer. */
function isWarnedOf(sentinel: Sentinel, heard: string): boolean {
  return heard
    .split('\n')
    .slice(0, -1)
    .some((line) => isAnswer(sentinel, line));
}

function withoutAnswers(sentinel: Sentinel, said: string): string {
  return said
    .split('\n')
    .filter((line) => !isAnswer(sentinel, line))
    .join('\n');
}

function isAnswer({ warning }: Sentinel, line: string): boolean {
  return warning.every((text) => line.includes(text));
}
