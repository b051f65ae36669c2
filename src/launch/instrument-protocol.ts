import type { ChildEnd } from '../core/overrides/server.ts';
import { parseVariable } from '../variables.ts';
import type { SpawnReport, SpawnRequest, Usage } from './timer.ts';

/** How a child ended, as an instrument puts it; `number` is the exit status, or the signal that ended it. */
export interface EndedReply extends Omit<SpawnReport, 'end'> {
  readonly kind: 'ended';
  readonly how: ChildEnd['kind'];
  readonly number: number;
}

/** A child that never came to be; `errno` is the positive number, the same on every Linux we run on. */
export interface FailedReply {
  readonly kind: 'failed';
  readonly stage: (typeof STAGES)[number];
  readonly errno: number;
}

/** What an instrument says first. */
export interface Greeting {
  readonly kind: 'helper' | 'node';
  readonly pid: number;
}

/** What of a request could not be done. */
export const STAGES = ['cwd', 'stdin', 'stdout', 'stderr', 'exec'] as const;

/** Version of the conversation; a helper of another version is not talked to. */
const PROTOCOL_VERSION = 2;

/**
 * One request as bytes: a line that says how many strings and bytes follow, then the strings, each ended by a
 * NUL, the one byte that neither an argument nor a variable can hold. The head of timing-helper.c is the
 * other description of this conversation.
 *
 * @throws RangeError when a string holds a NUL: the kernel would silently cut it there.
 */
export function formatRequest(
  { argv, env, cwd, timeoutMs, ...files }: SpawnRequest,
  verb: 'spawn' | 'converse',
): Buffer {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const strings = [
    cwd,
    files.stdinFile ?? '',
    files.stdoutFile ?? '',
    files.stderrFile ?? '',
    ...argv,
    ...variables,
  ];
  const withNul = strings.find((string) => string.includes('\0'));
  if (withNul !== undefined) throw new RangeError(`${JSON.stringify(withNul)} holds a NUL byte`);
  const payload = Buffer.from(strings.map((string) => `${string}\0`).join(''));
  const head = `${verb} ${Math.ceil(timeoutMs)} ${argv.length} ${variables.length} ${payload.length}\n`;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** What is to be written to the standard input of a child that is talked to. */
export function formatInput(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`input ${bytes.length}\n`), bytes]);
}

/** Says that nothing more follows for its standard input. */
export const END_OF_INPUT = Buffer.from('end\n');

/** What an instrument is told. */
export type Order =
  | { readonly kind: 'spawn' | 'converse'; readonly request: SpawnRequest }
  | { readonly kind: 'input'; readonly bytes: Buffer }
  | { readonly kind: 'end' };

/**
 * Takes the first order off the front of what has arrived; null while it is incomplete.
 *
 * @throws RangeError when the bytes are none.
 */
export function parseOrder(bytes: Buffer): { readonly order: Order; readonly rest: Buffer } | null {
  const lineEnd = bytes.indexOf('\n');
  if (lineEnd < 0) return null;
  const line = bytes.toString('latin1', 0, lineEnd);
  const payloadOf = (size: number): Buffer | null => {
    const end = lineEnd + 1 + size;
    return bytes.length < end ? null : bytes.subarray(lineEnd + 1, end);
  };
  const after = (size: number): Buffer => bytes.subarray(lineEnd + 1 + size);
  if (line === 'end') return { order: { kind: 'end' }, rest: after(0) };
  const [, inputSize] = /^input (\d+)$/.exec(line)?.map(Number) ?? [];
  if (inputSize !== undefined) {
    const input = payloadOf(inputSize);
    return input && { order: { kind: 'input', bytes: input }, rest: after(inputSize) };
  }
  const [, verb, ...numbers] = /^(spawn|converse) (\d+) (\d+) (\d+) (\d+)$/.exec(line) ?? [];
  const [timeoutMs, argc, envc, size] = numbers.map(Number);
  if (timeoutMs === undefined || argc === undefined || envc === undefined || size === undefined) {
    throw new RangeError(`not a request: ${JSON.stringify(line)}`);
  }
  const payload = payloadOf(size);
  if (payload === null) return null;
  const request = parseRequest(payload, { timeoutMs, argc, envc });
  return { order: { kind: verb === 'spawn' ? 'spawn' : 'converse', request }, rest: after(size) };
}

function parseRequest(
  payload: Buffer,
  { timeoutMs, argc, envc }: { readonly timeoutMs: number; readonly argc: number; readonly envc: number },
): SpawnRequest {
  const [cwd, stdin, stdout, stderr, executable, ...others] = payload.toString('utf8').split('\0');
  if (cwd === undefined || stdin === undefined || stdout === undefined || stderr === undefined) {
    throw new RangeError('a request without its files');
  }
  if (executable === undefined || others.pop() !== '' || others.length !== argc - 1 + envc) {
    throw new RangeError(`a request of ${argc} arguments and ${envc} variables that does not hold them`);
  }
  return {
    argv: [executable, ...others.slice(0, argc - 1)],
    env: Object.fromEntries(others.slice(argc - 1).map(parseVariable)),
    cwd,
    stdinFile: stdin === '' ? null : stdin,
    stdoutFile: stdout === '' ? null : stdout,
    stderrFile: stderr === '' ? null : stderr,
    timeoutMs,
  };
}

/** The line that an instrument greets with. */
export function formatGreeting({ kind, pid }: Greeting): string {
  return `launchbench-timer ${PROTOCOL_VERSION} ${kind} ${pid}\n`;
}

/** Reads the greeting; null when it is not one of this version. */
export function parseGreeting(line: string): Greeting | null {
  const [, version, kind, pid] = /^launchbench-timer (\d{1,9}) (helper|node) (\d{1,10})$/.exec(line) ?? [];
  if (Number(version) !== PROTOCOL_VERSION || (kind !== 'helper' && kind !== 'node')) return null;
  return { kind, pid: Number(pid) };
}

/** One answer as a line. */
export function formatReply(reply: EndedReply | FailedReply): string {
  if (reply.kind === 'failed') return `failed ${reply.stage} ${reply.errno}\n`;
  const { startNs, endNs, pid, how, number, usage } = reply;
  const figures = FIGURES.map((name) => usage?.[name] ?? '-').join(' ');
  return `ended ${startNs} ${endNs} ${pid} ${how} ${number} ${figures}\n`;
}

/** Reads an answer; null when the line is none. What it says is used as it stands, so nothing but plain numbers is read. */
export function parseReply(line: string): EndedReply | FailedReply | null {
  const [, stage, errno] = FAILED.exec(line) ?? [];
  const failed = STAGES.find((name) => name === stage);
  if (failed !== undefined) return { kind: 'failed', stage: failed, errno: Number(errno) };
  const [, startNs, endNs, pid, how, number, figures] = ENDED.exec(line) ?? [];
  if (startNs === undefined || endNs === undefined || BigInt(endNs) < BigInt(startNs)) return null;
  if (how !== 'exited' && how !== 'signalled' && how !== 'timed-out') return null;
  return {
    kind: 'ended',
    startNs: BigInt(startNs),
    endNs: BigInt(endNs),
    pid: Number(pid),
    how,
    number: Number(number),
    usage: usageOf(figures?.trim().split(' ') ?? []),
  };
}

const FAILED = /^failed (\w+) (\d{1,4})$/;
const ENDED = /^ended (\d{1,19}) (\d{1,19}) (\d{1,10}) ([a-z-]+) (\d{1,3})((?: (?:-|\d{1,15})){7})$/;

/** The figures of an answer, in its order. */
const FIGURES = [
  'userUs',
  'systemUs',
  'maxRssKib',
  'minorFaults',
  'majorFaults',
  'voluntarySwitches',
  'involuntarySwitches',
] as const satisfies readonly (keyof Usage)[];

function usageOf(words: readonly string[]): Usage | null {
  const figure = (name: keyof Usage): number | null => {
    const word = words[FIGURES.indexOf(name)];
    return word === undefined || word === '-' ? null : Number(word);
  };
  const [userUs, systemUs] = [figure('userUs'), figure('systemUs')];
  if (userUs === null || systemUs === null) return null;
  return {
    userUs,
    systemUs,
    maxRssKib: figure('maxRssKib'),
    minorFaults: figure('minorFaults'),
    majorFaults: figure('majorFaults'),
    voluntarySwitches: figure('voluntarySwitches'),
    involuntarySwitches: figure('involuntarySwitches'),
  };
}
