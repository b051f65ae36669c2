import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountError } from '../../src/errors.ts';
import { traceOfLog } from '../../src/results/trace.ts';
import { type LogFile, readForeignLog } from '../../src/trace/foreign-log.ts';
import { installed } from '../builders/needs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { outputOf } from '../builders/programs.ts';

const strace = installed('strace');

function aFile(text: string, changes: Partial<LogFile> = {}): LogFile {
  return { name: 'log', pid: null, text, ...changes };
}

function lines(...written: readonly string[]): string {
  return written.map((line) => `${line}\n`).join('');
}

/** `make` creates a shell that becomes a compiler, and a process that stays what it is. */
const BUILD = [
  '10 execve("/bin/make", ["make"], 0x7ffe /* 3 vars */) = 0',
  '10 chdir("/src") = 0',
  '10 openat(AT_FDCWD, "Makefile", O_RDONLY) = 3',
  '10 vfork( <unfinished ...>',
  '11 execve("/bin/sh", ["sh", "-c", "cc"], 0x7ffe /* 3 vars */ <unfinished ...>',
  '10 <... vfork resumed>) = 11',
  '10 wait4(-1,  <unfinished ...>',
  '11 <... execve resumed>) = 0',
  '11 execve("/bin/cc", ["cc"], 0x7ffe /* 3 vars */) = -1 ENOENT (No such file or directory)',
  '11 execve("/usr/bin/cc", ["cc"], 0x7ffe /* 3 vars */) = 0',
  '11 +++ exited with 3 +++',
  '10 <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 11',
  '10 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=11} ---',
  '10 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 12',
  '12 +++ exited with 0 +++',
  '10 +++ exited with 2 +++',
];

function traced(...files: readonly [LogFile, ...LogFile[]]) {
  return traceOfLog(readForeignLog(files));
}

/** The launches that a log claims to be all; null where it claims nothing, or is refused. */
function totalOrRefusal(text: string): number | null {
  try {
    return traced(aFile(text)).launches.total;
  } catch (error) {
    if (error instanceof CountError) return null;
    throw error;
  }
}

function shownIn({ tree }: ReturnType<typeof traced>) {
  return tree.map(({ startedBy, executable, cwd, end }) => [startedBy, executable, cwd, end?.kind]);
}

describe('a log that strace wrote elsewhere', () => {
  it('tells what was launched by whom and where, and what is not known of it', () => {
    const trace = traced(aFile(lines(...BUILD)));
    expect(shownIn(trace)).toEqual([
      [null, '/bin/make', null, 'exited'],
      [0, '/bin/sh', '/src', 'replaced'],
      [1, '/usr/bin/cc', '/src', 'exited'],
    ]);
    expect(trace).toMatchObject({ launches: { total: 2 }, forks: 1, status: 2, startedAt: null });
    expect(trace.notes?.join(' ')).toMatch(/no times .* working directory the command began/u);
  });

  it.each<readonly [string, (line: string, index: number) => string]>([
    ['-t', (line, at) => line.replace(' ', ` 23:59:${50 + (at % 10)} `)],
    ['-tt', (line, at) => line.replace(' ', ` ${at < 8 ? '23:59:59' : '00:00:00'}.0000${10 + at} `)],
    ['-ttt', (line, at) => line.replace(' ', ` 1700000000.0000${10 + at} `)],
    ['-r', (line) => line.replace(' ', '      0.000100 ')],
    ['-T', (line) => line.replace(/( = \S+.*)$/u, '$1 <0.000123>')],
  ])('tells the same with %s', (_, change) => {
    const trace = traced(aFile(lines(...BUILD.map(change))));
    expect(shownIn(trace)).toEqual(shownIn(traced(aFile(lines(...BUILD)))));
    expect(trace.tree.every(({ durationUs }) => (durationUs ?? 0) < 60_000_000)).toBe(true);
  });

  it('knows times across midnight', () => {
    const times = ['23:59:59.900000', '00:00:00.100000'];
    const trace = traced(
      aFile(
        lines(`10 ${times[0]} execve("/bin/a", ["a"], 0x7ffe) = 0`, `10 ${times[1]} +++ exited with 0 +++`),
      ),
    );
    expect(trace.durationUs).toBe(200_000);
  });

  it('may name processes only while there are several, and break lines for what strace says itself', () => {
    const stream = [
      'execve("/bin/make", ["make"], 0x7ffe /* 3 vars */) = 0',
      'chdir("/src") = 0',
      'vfork(strace: Process 11 attached',
      ' <unfinished ...>',
      ...BUILD.slice(4, 11).map((line) => line.replace(/^(\d+) /u, '[pid $1] ')),
      '<... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 11',
      'clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 12',
      'strace: Process 12 attached',
      '[pid 12] +++ exited with 0 +++',
      '+++ exited with 2 +++',
    ];
    expect(shownIn(traced(aFile(lines(...stream))))).toEqual(shownIn(traced(aFile(lines(...BUILD)))));
  });

  it('names the first process late, and may tell that a child has ended before its creation has', () => {
    // Seen with strace -f 6.1, all calls, written to standard error.
    const written = lines(
      'execve("/bin/sh", ["sh"], 0x7ffe /* 1 var */) = 0',
      'vfork(strace: Process 11 attached',
      ' <unfinished ...>',
      '[pid 11] execve("/bin/a", ["a"], 0x7ffe /* 2 vars */) = 0',
      '[pid 11] +++ exited with 0 +++',
      '<... vfork resumed>) = 11',
      'clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLDstrace: Process 12 attached',
      ', child_tidptr=0x7f65) = 12',
      '[pid 12] set_robust_list(0x7f65, 24 <unfinished ...>',
      '[pid 10] wait4(-1,  <unfinished ...>',
      '[pid 12] <... set_robust_list resumed>) = 0',
      '[pid 12] +++ exited with 0 +++',
      '<... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 12',
      'vfork(strace: Process 13 attached',
      ' <unfinished ...>',
      '[pid 13] execve("/bin/b", ["b"], 0x7ffe /* 2 vars */ <unfinished ...>',
      '[pid 10] <... vfork resumed>) = 13',
      '[pid 10] wait4(-1,  <unfinished ...>',
      '[pid 13] <... execve resumed>) = 0',
      '[pid 13] +++ exited with 0 +++',
      '<... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 13',
      '+++ exited with 0 +++',
    );
    const { launches, forks } = traced(aFile(written));
    expect({ launches, forks }).toEqual({ launches: { total: 2, byExecutable: { a: 1, b: 1 } }, forks: 1 });
  });

  it('is refused where it does not tell whether an exec succeeded', () => {
    const untold = BUILD.filter((line) => !line.includes('execve resumed'));
    expect(() =>
      traced(aFile(lines(...untold.filter((line) => !line.startsWith('11 execve("/usr'))))),
    ).toThrow('it is not told whether the exec in process 11 succeeded');
  });

  it('may lose whose call ends, as with -z, where one process alone stands in a call', () => {
    const waiting = ['10 execve("/bin/a", ["a"], 0x7ffe) = 0', '10 vfork( <unfinished ...>'];
    const ends = ['11 +++ exited with 0 +++', '10 +++ exited with 0 +++'];
    expect(traced(aFile(lines(...waiting, ')                = 11', ...ends))).forks).toBe(1);
    const both = ['11 execve("/bin/b", ["b"], 0x7ffe <unfinished ...>', ')                = 0'];
    expect(() => traced(aFile(lines(...waiting, ...both, ...ends)))).toThrow('log:4: not a line of strace');
  });

  it('keeps shortened arguments as such', () => {
    const written = ['10 execve("/bin/a", ["a", "long"..., ...], 0x7ffe) = 0', '10 +++ exited with 0 +++'];
    expect(traced(aFile(lines(...written))).tree[0]).toMatchObject({ argv: ['a', 'long…'], argvCut: true });
  });

  it('has the variables that are asked for where it shows them all, and says where it does not', () => {
    const shown = lines(
      '1 execve("/bin/a", ["a"], ["A=1", "B=2"]) = 0',
      '1 execve("/bin/b", ["b"], ["A=1"..., ...]) = 0',
      '1 +++ exited with 0 +++',
    );
    const saved = { variables: ['A'], secrets: false };
    const { tree, notes } = traceOfLog(
      readForeignLog([aFile(shown)], (name) => name === 'A'),
      saved,
    );
    expect(tree.map(({ env, argvCut }) => [env, argvCut])).toEqual([
      [{ A: '1' }, undefined],
      [null, undefined],
    ]);
    expect(notes).toContain('The log does not show environments (strace -v), or not all of them whole.');
  });

  it('knows what was tried before', () => {
    expect(traced(aFile(lines(...BUILD))).tree.map(({ tried }) => tried)).toEqual([
      undefined,
      undefined,
      ['/bin/cc'],
    ]);
  });

  it('without creators counts launches and no forks', () => {
    const trace = traced(aFile(lines(...BUILD.filter((line) => !/clone|vfork/u.test(line)))));
    expect(trace).toMatchObject({ launches: { total: 2 }, forks: null });
    expect(trace.notes?.join(' ')).toContain('who created every process');
  });

  it('without ends has at least so many launches', () => {
    const trace = traced(aFile(lines(...BUILD.filter((line) => !line.includes('+++')))));
    expect(trace).toMatchObject({ launches: { total: null, byExecutable: { cc: 1, sh: 1 } }, forks: null });
    expect(trace.notes?.join(' ')).toContain('there may be more launches');
  });

  it('is never short: cut anywhere, it is refused or claims no total', () => {
    const whole = lines(...BUILD);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        expect(totalOrRefusal(whole.slice(0, length))).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['', 'log: no launch is in this log'],
    ['hello\n', 'log:1: not a line of strace: "hello"'],
    ['read(3, "", 1) = 0\n+++ exited with 0 +++\n', 'log:2: expected the exec of a command first'],
    ['     0.000 ( 0.010 ms): ls/123 execve(filename: "/bin/ls") = 0\n', 'log:1: not a line of strace'],
    [lines(...BUILD).trimEnd(), 'log:16: the last line is cut short'],
    [lines(...BUILD.slice(0, 11)), 'log: the end of process 10 is missing'],
    [lines(BUILD[0] ?? '', '10 wait4(-1, <detached ...>'), 'log:2: strace let go of the process here'],
    [
      lines('execve("/bin/a", ["a"], 0x7ffe) = 0', 'vfork() = 7', '+++ exited with 0 +++'),
      'log: the end of process 7 is missing',
    ],
    [
      lines(
        'execve("/bin/a", ["a"], 0x7ffe) = 0',
        'strace: Process 7 attached',
        'execve("/b", ["b"], 0x7ffe) = 0',
      ),
      'log:3: it is not told which process this is; strace -f -o LOG tells it',
    ],
  ])('is refused: %j', (text, complaint) => {
    expect(() => readForeignLog([aFile(text)])).toThrow(complaint);
  });

  describe.skipIf(strace === null)('of the real strace', () => {
    const script = '/bin/true; (:); ls . >/dev/null; env true';
    it.each([
      [['-f', '-o']],
      [['-f', '-tt', '-o']],
      [['-f', '-v', '-s', '5', '-T', '-ttt', '-o']],
      [['-f', '-r', '-y', '-e', 'trace=%process', '-o']],
      [['-ff', '-o']],
      [['-ff', '-tt', '-o']],
    ])('with %j counts the same', (options) => {
      const folder = temporaryFolder();
      outputOf('strace', [...options, join(folder, 'log'), 'sh', '-c', script]);
      const [first, ...others] = readdirSync(folder).map((name) =>
        aFile(readFileSync(join(folder, name), 'utf8'), {
          name,
          pid: Number(name.split('.')[1] ?? 0) || null,
        }),
      );
      if (first === undefined) throw new Error('strace wrote nothing');
      const trace = traced(first, ...others);
      expect(trace.launches).toEqual({ total: 4, byExecutable: { true: 2, ls: 1, env: 1 } });
      expect(trace.forks).toBe(1);
      expect(trace.tree.map(({ startedBy }) => startedBy)).toEqual([null, 0, 0, 0, 3]);
    });
  });
});
