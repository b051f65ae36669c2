import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountError } from '../../src/errors.ts';
import { LaunchLog } from '../../src/trace/launch-log.ts';
import type { NotedOfPrograms, TracedTree } from '../../src/trace/process-tree.ts';
import { aLaunchLog, anEvent, anExec, asks } from '../builders/launch-log.ts';

function read(text: string, noted: Partial<NotedOfPrograms> = {}, size = text.length): TracedTree {
  const log = new LaunchLog('log', '/', noted);
  for (let at = 0; at < text.length; at += size) log.read(text.slice(at, at + size));
  return log.end();
}

function launchesOf(...events: readonly string[]): readonly string[] {
  return read(aLaunchLog(...events))
    .launches.slice(1)
    .map(({ pid, parentPid, argv }) => `${pid} of ${parentPid ?? '?'}: ${argv.join(' ')}`);
}

const A_CHILD = 'created 10 11 process';
const CHILD_ENDS = 'ended 11 1700000000000005 exited 0';

describe('a log of the launch tracer', () => {
  it('knows who launched what, whichever of the two is told first', () => {
    const launched = anExec(11, ['/bin/a', 'b']);
    expect(launchesOf(anEvent(A_CHILD), launched, anEvent(CHILD_ENDS))).toEqual(['11 of 10: /bin/a b']);
    expect(launchesOf(launched, anEvent(CHILD_ENDS), anEvent(A_CHILD))).toEqual(['11 of 10: /bin/a b']);
  });

  it.each([
    { after: 'another one', event: asks(11, ['/usr/bin/a']) },
    { after: 'its end', event: '' },
    { after: 'a process that it creates', event: anEvent('created 11 12 process') },
  ])('counts no exec that $after shows to have failed', ({ event }) => {
    const ends = event.startsWith('created') ? anEvent('ended 12 1700000000000005 exited 0') : '';
    expect(launchesOf(anEvent(A_CHILD), asks(11, ['/bin/a']), event, ends, anEvent(CHILD_ENDS))).toEqual([]);
  });

  it('keeps what a PATH search tried before', () => {
    const { launches } = read(
      aLaunchLog(
        anEvent(A_CHILD),
        asks(11, ['/opt/a']),
        asks(11, ['/opt/b']),
        anExec(11, ['/bin/a']),
        anEvent(CHILD_ENDS),
      ),
    );
    expect(launches[1]?.tried).toEqual(['/opt/a']);
  });

  it('gives the exec of a thread to its process, and counts no thread', () => {
    const { launches, forks } = read(
      aLaunchLog(
        anEvent('created 10 11 thread'),
        anEvent('created 10 12 thread'),
        anEvent('ended 12 1700000000000003 exited 0'),
        anExec(10, ['/bin/a'], { caller: 11 }),
      ),
    );
    expect(launches.map(({ pid, image, argv }) => [pid, image, argv[0]])).toEqual([
      [10, 0, '/bin/root'],
      [10, 1, '/bin/a'],
    ]);
    expect(forks).toBe(0);
  });

  it('has arguments, folders, interpreters and variables byte for byte, however the log is cut into pieces', () => {
    const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word), word, word, fc.nat(7), (argv, folder, value, pieces) => {
        const line = `asked 11 1700000000000001 whole ${argv.length} 2`;
        const text = aLaunchLog(
          anEvent(A_CHILD),
          anEvent(line, ['/bin/a', '/bin/sh -e', ...argv, `A=${value}`, 'B=2', 'fd/9', '/etc']),
          anEvent('executed 11 11', [folder]),
          anEvent(CHILD_ENDS),
        );
        const noted = { keepsVariable: (name: string) => name === 'A', lookUp: () => null };
        const { launches } = read(text, noted, pieces + 1);
        expect(launches[1]).toMatchObject({ argv, interpreter: '/bin/sh -e', variables: { A: value } });
      }),
      { numRuns: 50 },
    );
  });

  it('says what /proc/self/fd/N led to when the process asked', () => {
    const argv = ['/bin/a', '/proc/self/fd/9/x', '/dev/fd/8'];
    const { launches } = read(
      aLaunchLog(
        anEvent(A_CHILD),
        anEvent('asked 11 1700000000000001 whole 3 0', ['/bin/a', '', ...argv, 'fd/9', '/etc']),
        anEvent('executed 11 11', ['/']),
        anEvent(CHILD_ENDS),
      ),
      { lookUp: () => 'not asked' },
    );
    expect(launches[1]?.processPaths).toEqual({ '/proc/self/fd/9': '/etc' });
  });

  it('names the error of a command that could not be executed', () => {
    const log = new LaunchLog('log');
    log.read(`launch-tracer 1\n${asks(10, ['/bin/a'])}refused 8\n`);
    expect(log.rootFailure).toBe('ENOEXEC');
  });

  it.each([
    { given: 'another file', text: 'PK\n', says: 'byte 0: not an event of the launch tracer: "PK"' },
    { given: 'a newer one', text: 'launch-tracer 2\n', says: 'byte 0' },
    {
      given: 'an event that is none',
      text: aLaunchLog('hello\n'),
      says: 'not an event of the launch tracer: "hello"',
    },
    {
      given: 'an exec that nobody asked for',
      text: aLaunchLog(anEvent('executed 10 10', ['/'])),
      says: 'executed 10 10',
    },
    {
      given: 'fewer strings than announced',
      text: aLaunchLog(anEvent('asked 10 1 whole 3 0', ['/a'])),
      says: 'asked 10',
    },
    {
      given: 'more bytes than there can be',
      text: 'launch-tracer 1\nasked 1 1 whole 1 1 99999999\n',
      says: 'asked 1',
    },
    {
      given: 'a process without its end',
      text: aLaunchLog(anEvent(A_CHILD)),
      says: 'the end of process 11 is missing',
    },
    { given: 'a line without end', text: `launch-tracer 1\n${'a'.repeat(300)}`, says: 'not an event' },
  ])('does not count $given', ({ text, says }) => {
    expect(() => read(text)).toThrow(says);
  });

  it('is no count wherever it is cut short', () => {
    const text = aLaunchLog(anEvent(A_CHILD), anExec(11, ['/bin/a', 'b']), anEvent(CHILD_ENDS));
    for (let length = 0; length < text.length; length++) {
      expect(() => read(text.slice(0, length)), String(length)).toThrow(CountError);
    }
    expect(read(text).launches).toHaveLength(2);
  });
});
