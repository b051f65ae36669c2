import { EnvironmentError } from '../errors.ts';
import { endGroup } from '../launch/end-group.ts';

/** How the tools of the system are run. */
export interface ToolOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | undefined;
}

/** What a tool left. */
export interface ToolEnd {
  readonly failed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Descriptor that lines for `onStatus` are written to. */
export const STATUS_FD = 3;

/**
 * Runs a tool of the system that takes as long as it takes. What it started is ended with it when we are stopped.
 *
 * @throws EnvironmentError when it is missing; the reason of the signal.
 */
export async function runSystemTool(
  [program, ...args]: readonly [string, ...string[]],
  { env, signal }: ToolOptions,
  onStatus: (line: string) => void = () => undefined,
): Promise<ToolEnd> {
  signal?.throwIfAborted();
  const { execa } = await import('execa');
  const child = execa(program, args, {
    env,
    extendEnv: false,
    stdio: ['ignore', 'pipe', 'pipe', linesTo(onStatus)],
    buffer: { fd3: false },
    // A group of its own: the programs that apt downloads with outlive it.
    detached: true,
    reject: false,
  });
  const stop = (): void => {
    endGroup(child.pid);
  };
  signal?.addEventListener('abort', stop);
  try {
    const { failed, stdout, stderr, code } = await child;
    signal?.throwIfAborted();
    if (code === 'ENOENT') {
      throw new EnvironmentError(`${program} is not there, which packages of Debian are fetched with`, {
        hint: 'It is part of Debian and what is made from it; elsewhere, use a scenario with another kind of provider.',
      });
    }
    return { failed, stdout, stderr };
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function linesTo(onStatus: (line: string) => void) {
  return function* (line: unknown): Generator<string> {
    onStatus(String(line));
    yield '';
  };
}
