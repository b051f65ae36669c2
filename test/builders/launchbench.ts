import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { findInstallation } from '../../src/cli/installation.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import { executable } from './executables.ts';
import { PATIENCE } from './patience.ts';

/** What a run left behind. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where to run it otherwise than in the current folder with an environment of PATH and TMPDIR alone. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/**
 * Runs a command line to its end in this process, which takes a tenth of the time of starting the built executable. Only
 * the streams are not those of the process: what passes them on, or is about them, takes `launchbenchProcess`.
 */
export async function launchbench(args: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const [stdout, stderr] = [aStream(), aStream()];
  const installation = findInstallation(pathToFileURL(executable('launchbench.js')).href);
  const status = await within(surroundings, async () => {
    const host = Object.assign(new EventEmitter(), {
      ...{ env: process.env, cwd: () => process.cwd(), stdout: stdout.stream, stderr: stderr.stream },
      exit(status: number): never {
        throw new Error(`ended with status ${status} before its end`);
      },
    });
    return await runCommandLine(args, host, installation);
  });
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

let isElsewhere = false;

/** Does something in another folder and environment than this process has; one thing at a time, as both are the process's. */
async function within<Done>(surroundings: Surroundings, act: () => Promise<Done>): Promise<Done> {
  if (isElsewhere) throw new Error('Two command lines at once: await the first, or use launchbenchProcess');
  isElsewhere = true;
  const [cwd, env] = [process.cwd(), { ...process.env }];
  process.chdir(surroundings.cwd ?? cwd);
  exchangeEnvironment(environment(surroundings));
  try {
    return await act();
  } finally {
    isElsewhere = false;
    process.chdir(cwd);
    exchangeEnvironment(env);
  }
}

/** Not by another object in its place: Node itself goes on reading the first one. */
function exchangeEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(
    process.env,
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
  );
}

/** Runs the built executable to its end. */
export async function launchbenchProcess(
  args: readonly string[],
  surroundings: Surroundings & { readonly stdin?: string } = {},
): Promise<Ran> {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [executable('launchbench.js'), ...args],
    {
      ...(surroundings.cwd === undefined ? {} : { cwd: surroundings.cwd }),
      ...{ env: environment(surroundings), extendEnv: false },
      ...{
        input: surroundings.stdin ?? '',
        reject: false,
        stripFinalNewline: false,
        timeout: PATIENCE.timeout,
      },
    },
  );
  return { status: exitCode ?? null, stdout, stderr };
}

function environment({ env }: Surroundings) {
  return { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...env };
}

/** A stream that keeps what is written to it, as a pipe would. */
function aStream(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
