import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountError } from '../../src/errors.ts';
import type { TracedTree } from '../../src/trace/process-tree.ts';
import { StraceLog } from '../../src/trace/strace-log.ts';

function parseStraceLog(text: string, name: string): TracedTree {
  const reader = new StraceLog(name);
  reader.read(text);
  return reader.end();
}

/** Lines of strace, with times added; each is `PID EVENT`. */
function log(...lines: readonly string[]): string {
  return lines
    .map((line, index) => line.replace(' ', ` 1700000000.${String(index).padStart(6, '0')} `) + '\n')
    .join('');
}

const ROOT = '10 execve("/bin/root", ["root"], 0x7ffe /* 3 vars */) = 0';
const ROOT_ENDS = '10 +++ exited with 0 +++';

function launchesOf(...lines: readonly string[]): readonly string[] {
  const { launches } = parseStraceLog(log(ROOT, ...lines, ROOT_ENDS), 'log');
  return launches
    .slice(1)
    .map(({ pid, parentPid, argv }) => `${pid} of ${parentPid ?? '?'}: ${argv.join(' ')}`);
}

describe('a log of strace', () => {
  it('joins the two halves of a call, process by process', () => {
    expect(
      launchesOf(
        '10 vfork( <unfinished ...>',
        '11 execve("/bin/a", ["a"], 0x7ffe /* 3 vars */ <unfinished ...>',
        '10 <... vfork resumed>) = 11',
        '10 vfork( <unfinished ...>',
        '12 execve("/bin/b", ["b"], 0x7ffe /* 3 vars */ <unfinished ...>',
        '11 <... execve resumed>) = 0',
        '12 <... execve resumed>) = -1 ENOENT (No such file or directory)',
        '10 <... vfork resumed>) = 12',
        '12 +++ exited with 127 +++',
        '11 +++ exited with 0 +++',
      ),
    ).toEqual(['11 of 10: a']);
  });

  it('knows the parent of a child that was over before the call that created it returned', () => {
    expect(
      launchesOf(
        '11 execve("/bin/a", ["a"], 0x7ffe /* 3 vars */) = 0',
        '11 +++ exited with 0 +++',
        '10 clone(child_stack=NULL, flags=CLONE_VM|CLONE_VFORK|SIGCHLD) = 11',
      ),
    ).toEqual(['11 of 10: a']);
  });

  it.each([
    ['11 ???()           = ?'],
    ['11 ???( <unfinished ...>'],
    ['11 ???( <unfinished ...>', '10 chdir("/") = 0', '11 <... ??? resumed>) = ?'],
  ])('passes over a call that its thread did not live to make: %s', (...lines) => {
    const thread = '10 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_THREAD) = 11';
    expect(launchesOf(thread, ...lines, '11 +++ exited with 0 +++')).toEqual([]);
  });

  it('does not pass over one that came to a result', () => {
    expect(() => launchesOf('10 ???( <unfinished ...>', '10 <... ??? resumed>) = 0')).toThrow(
      'not an event of strace',
    );
  });

  it('tells two processes apart that had the same number one after the other', () => {
    expect(
      launchesOf(
        '10 fork() = 11',
        '11 execve("/bin/a", ["a"], 0x7ffe /* 3 vars */) = 0',
        '11 fork() = 12',
        '11 +++ exited with 0 +++',
        '12 fork() = 11',
        '11 execve("/bin/b", ["b"], 0x7ffe /* 3 vars */) = 0',
        '11 +++ killed by SIGSEGV (core dumped) +++',
        '12 +++ exited with 0 +++',
      ),
    ).toEqual(['11 of 10: a', '11 of 12: b']);
  });

  it('takes the outer number of a process that lives in a namespace of its own', () => {
    expect(
      launchesOf(
        "10 clone(child_stack=NULL, flags=CLONE_NEWPID|SIGCHLD) = 2 /* 11 in strace's PID NS */",
        '11 execve("/bin/a", ["a"], 0x7ffe /* 3 vars */) = 0',
        '11 +++ exited with 0 +++',
      ),
    ).toEqual(['11 of 10: a']);
  });

  it('keeps the variables that are asked for, the first of each name, where they are shown', () => {
    const variables = (shown: string, keepsVariable = (name: string) => name !== 'HOME') => {
      const reader = new StraceLog('log', null, { keepsVariable });
      reader.read(log(ROOT.replace('0x7ffe /* 3 vars */', shown), ROOT_ENDS));
      return reader.end().launches[0].variables;
    };
    expect(variables(String.raw`["A=1=\"2\"", "HOME=/h", "A=3", "=x", "B", "\303\244=\n"]`)).toEqual({
      A: '1="2"',
      ä: '\n',
    });
    expect(variables('[]')).toEqual({});
    expect(variables('0x7ffe /* 3 vars */')).toBeNull();
    expect(
      parseStraceLog(log(ROOT.replace('0x7ffe /* 3 vars */', '["A=1"]'), ROOT_ENDS), 'log'),
    ).toMatchObject({
      launches: [{ variables: null }],
    });
  });

  it('knows what was tried before under the same name, by a thread, too', () => {
    const missing = '= -1 ENOENT (No such file or directory)';
    const { launches } = parseStraceLog(
      log(
        ROOT,
        `10 execve("/a/cc", ["cc"], 0x7ffe /* 3 vars */) ${missing}`,
        `10 execve("/a/ld", ["ld"], 0x7ffe /* 3 vars */) ${missing}`,
        '10 execve(NULL, ["cc"], 0x7ffe /* 3 vars */) = -1 EFAULT (Bad address)',
        '10 execve("/b/cc", ["cc"], 0x7ffe /* 3 vars */) = 0',
        '10 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_THREAD) = 11',
        `11 execve("/a/x", ["x"], 0x7ffe /* 3 vars */) ${missing}`,
        '11 execve("/b/x", ["x"], 0x7ffe /* 3 vars */ <pid changed to 10 ...>',
        '10 +++ superseded by execve in pid 11 +++',
        '10 <... execve resumed>) = 0',
        ROOT_ENDS,
      ),
      'log',
    );
    expect(launches.map(({ path, tried }) => [path, tried])).toEqual([
      ['/bin/root', []],
      ['/b/cc', ['/a/cc']],
      ['/b/x', ['/a/x']],
    ]);
  });

  it('says how each program ended, and until when it ran', () => {
    const { launches } = parseStraceLog(
      log(ROOT, '10 execve("/bin/next", ["next"], 0x7ffe /* 3 vars */) = 0', '10 +++ killed by SIGTERM +++'),
      'log',
    );
    expect(launches.map(({ end }) => end)).toEqual([
      { kind: 'replaced' },
      { kind: 'signalled', signal: 'SIGTERM' },
    ]);
    expect(launches[0].endS).toBe(launches[1]?.startS);
  });

  it('does not count an exec that a signal cut off', () => {
    expect(
      launchesOf(
        '10 fork() = 11',
        '11 execve("/bin/a", ["a"], 0x7ffe /* 3 vars */ <unfinished ...>) = ?',
        '11 +++ killed by SIGKILL +++',
      ),
    ).toEqual([]);
  });

  it.each([
    {
      wrong: 'a last line that is cut short',
      text: log(ROOT, ROOT_ENDS).slice(0, -5),
      line: 2,
      says: 'the last line is cut short',
    },
    {
      wrong: 'a process whose end is missing',
      text: log(ROOT),
      line: 1,
      says: 'the end of process 10 is missing',
    },
    {
      wrong: 'a created process that is never heard of',
      text: log(ROOT, '10 fork() = 11', ROOT_ENDS),
      line: 3,
      says: 'the end of process 11 is missing',
    },
    {
      wrong: 'a line of something else',
      text: log(ROOT) + 'oops\n' + log(ROOT_ENDS),
      line: 2,
      says: 'not a line of strace',
    },
    {
      wrong: 'a second half without its first',
      text: log(ROOT, '10 <... vfork resumed>) = 11', ROOT_ENDS),
      line: 2,
      says: 'the beginning of vfork in process 10 is missing',
    },
    {
      wrong: 'an abbreviated argument',
      text: log('10 execve("/bin/root", ["ro"...], 0x7ffe /* 3 vars */) = 0', ROOT_ENDS),
      line: 1,
      says: 'a string is abbreviated',
    },
    {
      wrong: 'arguments that could not be read',
      text: log('10 execve("/bin/root", 0x1234, 0x7ffe /* 3 vars */) = 0', ROOT_ENDS),
      line: 1,
      says: 'arguments are not shown',
    },
    { wrong: 'nothing at all', text: '', line: 0, says: 'nothing was launched' },
  ])('refuses $wrong and names the line', ({ text, line, says }) => {
    expect(() => parseStraceLog(text, 'trace.log')).toThrow(CountError);
    expect(() => parseStraceLog(text, 'trace.log')).toThrow(`trace.log:${line}: ${says}`);
  });

  it('never counts fewer launches when it is cut anywhere: it refuses', () => {
    const whole = log(
      ROOT,
      '10 vfork( <unfinished ...>',
      '11 execve("/bin/a", ["a"], 0x7ffe /* 3 vars */ <unfinished ...>',
      '10 <... vfork resumed>) = 11',
      '11 <... execve resumed>) = 0',
      '11 +++ exited with 0 +++',
      ROOT_ENDS,
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(() => parseStraceLog(whole.slice(0, length), 'log')).toThrow(CountError);
      }),
    );
  });

  it('ends in a count or in a CountError, whatever it is fed', () => {
    const pieces = fc.constantFrom(
      '10',
      '11',
      ' ',
      '1.5',
      'execve(',
      '"a"',
      '[',
      ']',
      ', ',
      ') = 0',
      ') = 11',
      'clone(',
      '<... execve resumed>',
      ' <unfinished ...>',
      '+++ exited with 0 +++',
      '+++ superseded by execve in pid 11 +++',
      '\n',
      '\\',
      '0x1',
      '...',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        expect(outcomeOf(() => parseStraceLog(text, 'log'))).toMatch(/^(?:counted|CountError)$/);
      }),
      { numRuns: 2000 },
    );
  });
});

function outcomeOf(parse: () => unknown): string {
  try {
    parse();
    return 'counted';
  } catch (error) {
    return error instanceof Error ? error.name : 'something else';
  }
}
