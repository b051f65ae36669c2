import { describe, expect, it } from 'vitest';
import { findTracer } from '../../src/trace/tracer.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

describe('where there is no strace', () => {
  it.each([
    {
      own: 'is not there',
      ownPath: null,
      says: 'by our own tracer or strace, and neither is there',
      advises: 'apt-get install strace',
    },
    {
      own: 'may not trace',
      // As the tracer does then, it says nothing and fails.
      ownPath: '/bin/false',
      says: 'our own tracer may not trace here, and strace is not there',
      advises: '--cap-add=SYS_PTRACE',
    },
  ])('and our own tracer $own, that is said, with what would help', async ({ ownPath, says, advises }) => {
    await expect(findTracer({ ownPath, path: temporaryFolder() })).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringContaining(says) as string,
      hint: expect.stringContaining(advises) as string,
    });
  });
});
