import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TracedTree } from '../../src/trace/process-tree.ts';
import { readTrace, type TracerKind } from '../../src/trace/tracer.ts';
import { aProgramInC, compiler } from '../builders/programs-in-c.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { aTracer, TRACER_KINDS } from '../builders/tracers.ts';
import { outputOf } from '../builders/programs.ts';

/** What a command launches, as a tracer sees it; the command runs in an empty folder. */
function tracing(kind: TracerKind) {
  return async (
    command: readonly string[],
    { folder = temporaryFolder(), path = '/usr/bin:/bin' } = {},
  ): Promise<TracedTree> => {
    const tracer = await aTracer(kind);
    const log = join(folder, 'trace.log');
    const [executable, ...args] = [...tracer.command(log), ...command];
    outputOf(executable, args, { cwd: folder, env: { PATH: path } });
    return readTrace(tracer, log);
  };
}

function argvs({ launches }: TracedTree): readonly string[] {
  return launches.slice(1).map(({ argv }) => argv.join(' '));
}

function script(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

describe.each(TRACER_KINDS)('launches that %s counts', (kind) => {
  const trace = tracing(kind);

  it('does not count the traced command itself', async () => {
    const tree = await trace(['/bin/true']);
    expect(argvs(tree)).toEqual([]);
    expect(tree.launches[0]).toMatchObject({ path: '/bin/true', parentPid: null });
  });

  it.each([
    { tree: 'one child', shell: '/bin/true; :', launches: ['/bin/true'], forks: 0 },
    {
      tree: 'an exec chain',
      shell: "sh -c 'exec sleep 0'; :",
      launches: ['sh -c exec sleep 0', 'sleep 0'],
      forks: 0,
    },
    {
      tree: 'a PATH search that fails twice',
      shell: 'true; /bin/true; :',
      launches: ['/bin/true'],
      forks: 0,
    },
    { tree: 'a command that is nowhere', shell: 'no-such-command; :', launches: [], forks: 0 },
    { tree: 'forks without exec', shell: '(:) ; (:) ; :', launches: [], forks: 2 },
    {
      tree: 'a fork that launches twice',
      shell: '(/bin/true; /bin/false; :); :',
      launches: ['/bin/true', '/bin/false'],
      forks: 1,
    },
    {
      tree: 'an orphan that outlives its parent',
      shell: 'sh -c "sleep 0.3 &"; :',
      launches: ['sh -c sleep 0.3 &', 'sleep 0.3'],
      forks: 0,
    },
    {
      tree: 'a daemon in a session of its own',
      shell: 'setsid sleep 0.2 & :',
      launches: ['setsid sleep 0.2', 'sleep 0.2'],
      forks: 0,
    },
  ])('$tree', async ({ shell, launches, forks }) => {
    const tree = await trace(['/bin/sh', '-c', shell]);
    expect({ launches: argvs(tree), forks: tree.forks }).toEqual({ launches, forks });
  });

  it('counts the hit of a PATH search and none of its misses', async () => {
    const tree = await trace(['/usr/bin/env', 'sh', '-c', ':'], { path: '/nowhere:/nor/here:/usr/bin' });
    expect(tree.launches.map(({ path }) => path)).toEqual(['/usr/bin/env', '/usr/bin/sh']);
  });

  it('counts a script once, as the script', async () => {
    const folder = temporaryFolder();
    const path = script(folder, 'hello', '#!/bin/sh\nexit 0\n');
    const tree = await trace(['/bin/sh', '-c', `${path}; :`], { folder });
    expect(tree.launches.slice(1).map((launch) => launch.path)).toEqual([path]);
  });

  it('counts no thread, and knows the process whose thread launched something', async () => {
    const program = `
      const { Worker } = require('node:worker_threads');
      new Worker("require('node:child_process').spawnSync('/bin/true')", { eval: true });`;
    const tree = await trace([process.execPath, '-e', program]);
    expect(argvs(tree)).toEqual(['/bin/true']);
    expect(tree.launches[1]?.parentPid).toBe(tree.launches[0].pid);
    expect(tree.forks).toBe(0);
  });

  it('sees 200 launches as 200, in a log that no buffer holds', async () => {
    const long = 'x'.repeat(1000);
    const tree = await trace([
      '/bin/sh',
      '-c',
      `i=0; while [ $i -lt 200 ]; do /bin/true ${long} $i; i=$((i+1)); done`,
    ]);
    expect(argvs(tree)).toEqual(Array.from({ length: 200 }, (_, index) => `/bin/true ${long} ${index}`));
  });

  it('shows arguments whole, whatever is in them', async () => {
    const argument = `\n"\\é) = 0 <unfinished ...>\u0001${'1'.repeat(100_000)}`;
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'argument'), argument);
    const tree = await trace(['/bin/sh', '-c', '/bin/true "$(cat argument)"; :'], { folder });
    expect(tree.launches.at(-1)?.argv).toEqual(['/bin/true', argument]);
  });
});

describe.skipIf(compiler === null)('launches of compiled programs', () => {
  let programs: Readonly<Record<'static' | 'threaded' | 'execveat', string>>;
  beforeAll(() => {
    const inC = (source: string, ...options: readonly string[]) =>
      aProgramInC(temporaryFolder(afterAll), source, ...options);
    programs = {
      static: inC('int main(void) { return 0; }', '-static'),
      threaded: inC(
        `#include <pthread.h>
         static void *body(void *unused) { return execl("/bin/echo", "echo", "hi", (char *)0) ? 0 : unused; }
         int main(void) { pthread_t t; pthread_create(&t, 0, body, 0); pthread_join(t, 0); }`,
        '-pthread',
      ),
      execveat: inC(
        `#include <fcntl.h>
         int main(void) {
           char *argv[] = {"renamed", 0}, *envp[] = {0};
           return execveat(open("/bin/true", O_RDONLY | O_CLOEXEC), "", argv, envp, AT_EMPTY_PATH);
         }`,
      ),
    };
  });

  describe.each(TRACER_KINDS)('that %s counts', (kind) => {
    const trace = tracing(kind);

    it('a static program', async () => {
      expect(argvs(await trace(['/bin/sh', '-c', `${programs.static}; :`]))).toEqual([programs.static]);
    });

    it('an exec by a thread counts for its process', async () => {
      const tree = await trace([programs.threaded]);
      expect(argvs(tree)).toEqual(['echo hi']);
      expect(tree.launches[1]).toMatchObject({ pid: tree.launches[0].pid, image: 1 });
    });

    it('execveat of an open file', async () => {
      const tree = await trace([programs.execveat]);
      expect(tree.launches[1]?.path).toMatch(/\/bin\/true$/);
      expect(argvs(tree)).toEqual(['renamed']);
    });
  });
});
