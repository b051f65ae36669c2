import { describe, expect, it } from 'vitest';
import { formatFailure } from '../../src/cli/failure.ts';
import {
  CountError,
  EnvironmentError,
  FormatError,
  InterruptedError,
  LaunchError,
  ScenarioError,
  SysrootError,
  UsageError,
} from '../../src/errors.ts';

const quiet = { verbose: false, interrupted: false };

describe('an error becomes text and exit status', () => {
  it.each([
    { error: new UsageError('x'), status: 2 },
    { error: new ScenarioError('x'), status: 2 },
    { error: new FormatError('x'), status: 2 },
    { error: new SysrootError('x'), status: 2 },
    { error: new EnvironmentError('x'), status: 3 },
    { error: new LaunchError('x'), status: 4 },
    { error: new CountError('x'), status: 4 },
    { error: new InterruptedError('x'), status: 130 },
    { error: new TypeError('x'), status: 70 },
    { error: 'a thrown string', status: 70 },
  ])('$error.name: $status', ({ error, status }) => {
    expect(formatFailure(error, quiet).status).toBe(status);
  });

  it('the message comes first, the next step on a line of its own', () => {
    const error = new EnvironmentError('There is no strace', { hint: 'apt-get install strace' });
    expect(formatFailure(error, quiet).text).toBe(
      'launchbench: There is no strace\napt-get install strace\n',
    );
  });

  it('a full disk is no internal error, wherever it shows', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const { text, status } = formatFailure(full, quiet);
    expect(status).toBe(3);
    expect(text).toBe('launchbench: Out of resources: the file system is full, or has no inodes left\n');
  });

  it.each(['EMFILE', 'EFBIG', 'EIO', 'ENOSPC'])(
    '%s is what the machine lacks, whatever it was read for',
    (code) => {
      const error = new FormatError('cannot read', { cause: Object.assign(new Error(code), { code }) });
      expect(formatFailure(error, quiet).status).toBe(3);
    },
  );

  it('what the system refuses is no internal error, wherever it shows', () => {
    const refused = Object.assign(new Error("EACCES: permission denied, open '/x'"), {
      ...{ code: 'EACCES', errno: -13, syscall: 'open', path: '/x' },
    });
    expect(formatFailure(refused, quiet)).toEqual({
      status: 3,
      text: 'launchbench: /x: permission denied\n',
    });
    expect(formatFailure(refused, { ...quiet, verbose: true }).text).toMatch(/\n\s+at /);
  });

  it('the causes are told to who wants to know', () => {
    const error = new UsageError('No file', { cause: new Error('ENOENT', { cause: new Error('disk') }) });
    expect(formatFailure(error, quiet).text).not.toContain('ENOENT');
    expect(formatFailure(error, { ...quiet, verbose: true }).text).toContain(
      'because: ENOENT\n  because: disk',
    );
  });

  it('only where a CI service may read along are :: written out', () => {
    const error = new UsageError('a::b\n::error::');
    expect(formatFailure(error, quiet).text).toBe('launchbench: a\\x3a:b\n\\x3a:error\\x3a:\n');
    expect(formatFailure(error, { ...quiet, ci: false }).text).toBe('launchbench: a::b\n::error::\n');
  });

  it('an internal error shows its stack and says what to do with it', () => {
    const { text } = formatFailure(new TypeError('undefined is not a function'), quiet);
    expect(text).toContain('internal error');
    expect(text).toMatch(/TypeError: undefined is not a function\n\s+at /);
    expect(text).toContain('report it');
  });

  it('what breaks while we are stopping is no bug', () => {
    const { text, status } = formatFailure(new Error('child was killed'), { ...quiet, interrupted: true });
    expect(status).toBe(130);
    expect(text).not.toContain('child was killed');
  });

  it('the name before the message is coloured where colours are wanted, the message is not', () => {
    const paint = (text: string, tone: string) => `<${tone}>${text}</>`;
    const { text } = formatFailure(new UsageError('No'), { ...quiet, paint });
    expect(text).toBe('<bad>launchbench:</> No\n');
  });

  it('text from files cannot steer the terminal', () => {
    const { text } = formatFailure(new FormatError('No cell "\u001b[31mred\u001b[0m\u202e"\nline 2'), quiet);
    expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(text).toContain('\nline 2');
  });
});
