import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import type { TracedTree } from '../../src/trace/process-tree.ts';
import { readTrace } from '../../src/trace/tracer.ts';
import { PATIENCE } from '../builders/patience.ts';
import { processesWith } from '../builders/processes.ts';
import { outputOf, runProgram } from '../builders/programs.ts';
import { aProgramInC, compiler } from '../builders/programs-in-c.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { aTracer, compiledTracer } from '../builders/tracers.ts';

const program = compiledTracer();

/** Runs a line of a shell under the tracer itself, and says how it ended and what it said. */
async function trace(
  line: string,
  folder = temporaryFolder(),
): Promise<{
  readonly tree: TracedTree;
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
}> {
  const log = join(folder, 'log');
  const { exitCode, signal, stdout } = execaSync(program ?? '', [log, '--', '/bin/sh', '-c', line], {
    cwd: folder,
    stdin: 'ignore',
    stripFinalNewline: false,
    reject: false,
    timeout: PATIENCE.timeout,
  });
  const tree = await readTrace(await aTracer('launch-tracer'), log);
  return { tree, status: exitCode ?? null, signal: signal ?? null, stdout };
}

function argvs({ launches }: TracedTree): readonly string[] {
  return launches.slice(1).map(({ argv }) => argv.join(' '));
}

describe.skipIf(program === null)('the launch tracer', () => {
  it('ends as the command does', async () => {
    expect(await trace('exit 7')).toMatchObject({ status: 7, signal: null });
    expect(await trace('kill -TERM $$')).toMatchObject({ status: null, signal: 'SIGTERM' });
    expect(await trace('kill -KILL $$')).toMatchObject({ status: null, signal: 'SIGKILL' });
  });

  it('delivers signals with what came with them, ignored ones as well', async () => {
    const { stdout } = await trace(
      'trap "echo usr1" USR1; trap "" TERM; kill -USR1 $$; kill -TERM $$; sh -c "kill -TERM \\$\\$; echo lived"',
    );
    expect(stdout).toBe('usr1\nlived\n');
  });

  it('leaves open to the command what it was given, and nothing else', async () => {
    const { stdout } = await trace('ls -l /proc/self/fd | grep -c " [0-9] -> "');
    expect(stdout).toBe(outputOf('/bin/sh', ['-c', 'ls -l /proc/self/fd | grep -c " [0-9] -> "']));
  });

  it('ends all with itself', async () => {
    const line = 'setsid sleep 7011 & sleep 7011';
    const child = execa(program ?? '', ['/dev/null', '--', '/bin/sh', '-c', line], {
      stdio: 'ignore',
      reject: false,
      timeout: PATIENCE.timeout,
    });
    while (processesWith('7011').length < 2) await new Promise(setImmediate);
    child.kill('SIGKILL');
    await child;
    while (processesWith('7011').length > 0) await new Promise(setImmediate);
    expect(processesWith('7011')).toEqual([]);
  });

  it('outlives signals that are meant for the command', async () => {
    const line = 'trap "echo got it; exit 5" INT; echo ready; while :; do sleep 0.01; done';
    const child = execa(program ?? '', ['/dev/null', '--', '/bin/sh', '-c', line], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      reject: false,
      timeout: PATIENCE.timeout,
    });
    child.stdout.on('data', (bytes: Buffer) => {
      // As ^C does: to the whole group.
      if (bytes.includes('ready') && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    });
    expect(await child).toMatchObject({ exitCode: 5, stdout: 'ready\ngot it' });
  });

  it('is refused what it cannot do, with a reason', () => {
    const run = (...args: readonly string[]) => runProgram(program ?? '', args);
    expect(run()).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('usage: launch-tracer') as string,
    });
    expect(run('/nowhere/log', '--', 'true')).toMatchObject({
      status: 1,
      stderr: 'launch-tracer: /nowhere/log: No such file or directory\n',
    });
    const traced = run('/dev/null', '--', program ?? '', '/dev/null', '--', 'true');
    expect(traced.stderr).toBe('launch-tracer: may not trace: Operation not permitted\n');
  });

  it('fails when its log cannot be written', () => {
    const run = runProgram(program ?? '', ['/dev/full', '--', 'true']);
    expect(run).toMatchObject({
      status: 1,
      stderr: 'launch-tracer: cannot write the log: No space left on device\n',
    });
  });
});

describe.skipIf(program === null || compiler === null)(
  'what compiled programs do under the launch tracer',
  () => {
    it('an exec of the 32-bit kind, whose pointers are half as wide', async () => {
      const folder = temporaryFolder();
      aProgramInC(
        folder,
        `static char path[] = "/bin/echo", word[] = "32 bits";
       static unsigned argv[3], envp[1];
       int main(void) {
         argv[0] = (unsigned)(unsigned long)path; argv[1] = (unsigned)(unsigned long)word;
         long result;
         __asm__ volatile("int $0x80" : "=a"(result) : "a"(11), "b"(path), "c"(argv), "d"(envp) : "memory");
         return 77; /* Kernels without 32-bit programs. */
       }`,
        '-static',
        '-no-pie',
      );
      const { tree, status } = await trace('./program; exit $?', folder);
      if (process.arch !== 'x64' || status === 77) return;
      expect(argvs(tree)).toEqual(['./program', '/bin/echo 32 bits']);
    });

    it('processes that are stopped and continued, as by ^Z and fg', async () => {
      const folder = temporaryFolder();
      aProgramInC(
        folder,
        `#include <poll.h>
       #include <signal.h>
       #include <sys/wait.h>
       int main(void) {
         int status;
         int told[2];
         pipe(told);
         struct pollfd goes_on = {told[0], POLLIN};
         pid_t child = fork();
         /* In a group of its own, which is stopped even where nobody waits for ours: where a script was left behind. */
         if (child == 0) { setpgid(0, 0); raise(SIGTSTP); write(told[1], "", 1); pause(); }
         if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status) || WSTOPSIG(status) != SIGTSTP) return 1;
         if (poll(&goes_on, 1, 200) != 0) return 2;
         kill(child, SIGCONT);
         if (waitpid(child, &status, WCONTINUED) != child || !WIFCONTINUED(status)) return 3;
         if (poll(&goes_on, 1, -1) != 1) return 5;
         kill(child, SIGTERM);
         return waitpid(child, &status, 0) == child && WIFSIGNALED(status) ? 6 : 4;
       }`,
      );
      const { status } = await trace('./program; exit $?', folder);
      expect(status).toBe(6);
    });

    it('a program that sets a filter of its own', async () => {
      const folder = temporaryFolder();
      aProgramInC(
        folder,
        `#include <linux/filter.h>
       #include <linux/seccomp.h>
       #include <stddef.h>
       #include <sys/prctl.h>
       #include <sys/syscall.h>
       int main(void) {
         struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
         struct sock_fprog all = {1, &allow};
         prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
         if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) != 0) return 3;
         return execl("/bin/true", "true", (char *)0);
       }`,
      );
      const { tree, status } = await trace('./program; exit $?', folder);
      expect({ status, launches: argvs(tree) }).toEqual({ status: 0, launches: ['./program', 'true'] });
    });

    it('arguments that cannot be read: the exec fails, and is none', async () => {
      const folder = temporaryFolder();
      aProgramInC(
        folder,
        'int main(void) { execve("/bin/true", (char **)8, 0); execve((char *)8, 0, 0); return 5; }',
      );
      const { tree, status } = await trace('./program; exit $?', folder);
      expect({ status, launches: argvs(tree) }).toEqual({ status: 5, launches: ['./program'] });
    });

    it('no arguments at all, and no environment', async () => {
      const folder = temporaryFolder();
      aProgramInC(folder, 'int main(void) { char *none[] = {0}; return execve("/bin/true", none, none); }');
      const { tree } = await trace('./program; exit $?', folder);
      expect(tree.launches.at(-1)).toMatchObject({ path: '/bin/true', isCut: false });
    });

    it('as many arguments as the kernel takes', async () => {
      const folder = temporaryFolder();
      const { tree, stdout } = await trace('/bin/echo $(seq 100000) | wc -w; :', folder);
      expect(stdout).toBe('100000\n');
      const argv = tree.launches.find(({ path }) => path === '/bin/echo')?.argv ?? [];
      expect([argv.length, argv.at(-1)]).toEqual([100_001, '100000']);
    });

    it('processes that end without a signal to anyone', async () => {
      const folder = temporaryFolder();
      aProgramInC(
        folder,
        `#include <sched.h>
       #include <sys/syscall.h>
       #include <sys/wait.h>
       int main(void) {
         for (int i = 0; i < 3; i++) if (syscall(SYS_clone, 0, 0, 0, 0, 0) == 0) { usleep(1000); _exit(0); }
         while (waitpid(-1, 0, __WALL) > 0);
         return 0;
       }`,
      );
      const { tree, status } = await trace('./program; exit $?', folder);
      expect({ status, forks: tree.forks }).toEqual({ status: 0, forks: 3 });
    });

    it('tells the interpreter of a script, as its first line does', async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'a'), '#! /usr/bin/env  sh \necho a\n', { mode: 0o755 });
      writeFileSync(join(folder, 'b'), '#!/bin/sh -e\n./a\n', { mode: 0o755 });
      const { tree } = await trace(`./b; ${folder}/a; /bin/true; :`, folder);
      expect(tree.launches.map(({ path, interpreter }) => [path.replace(folder, ''), interpreter])).toEqual([
        ['/bin/sh', null],
        ['./b', '/bin/sh -e'],
        ['./a', '/usr/bin/env  sh'],
        [expect.stringContaining('/sh') as string, null],
        ['/a', '/usr/bin/env  sh'],
        [expect.stringContaining('/sh') as string, null],
        ['/bin/true', null],
      ]);
    });
  },
);

/** Starts a command whose kernel does not know PTRACE_GET_SYSCALL_INFO, as before Linux 5.3. */
const OLD_KERNEL = String.raw`
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
int main(int argc, char **argv) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ptrace, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x420e, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EIO),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return 99;
  execv(argv[1], argv + 1);
  return argc + 90;
}`;

it.skipIf(program === null || compiler === null)('does not run where the kernel is too old for it', () => {
  const oldKernel = aProgramInC(temporaryFolder(), OLD_KERNEL);
  const run = runProgram(oldKernel, [program ?? '', '/dev/null', '--', '/bin/echo', 'it ran']);
  expect(run).toMatchObject({ status: 1, stdout: '' });
  expect(run.stderr).toContain('cannot read system calls');
});
