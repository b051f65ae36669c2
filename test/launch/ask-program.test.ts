import { describe, expect, it } from 'vitest';
import { askProgram } from '../../src/launch/ask-program.ts';

describe('a program that is asked something', () => {
  it('answers with what it prints', async () => {
    expect(await askProgram(['/bin/echo', 'version 1'])).toBe('version 1');
  });

  it.each<{ given: string; argv: readonly [string, ...string[]] }>([
    { given: 'is missing', argv: ['/nowhere/program'] },
    { given: 'fails', argv: ['/bin/sh', '-c', 'echo half; exit 3'] },
  ])('and $given gives null', async ({ argv }) => {
    expect(await askProgram(argv)).toBeNull();
  });

  it('and prints without end is not listened to for long', async () => {
    const answer = await askProgram(['/bin/sh', '-c', 'echo version 1; exec cat /dev/zero']);
    expect(answer?.split('\n')[0]).toBe('version 1');
    expect(answer?.length).toBeLessThanOrEqual(4096);
  });

  it('and never answers is ended after some seconds, with what it started', async () => {
    expect(await askProgram(['/bin/sh', '-c', 'sleep 600; echo late'])).toBeNull();
  }, 15_000);
});
