import { readdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LaunchError } from '../../src/errors.ts';
import { shimCommand } from '../../src/trace/shim-command.ts';
import type { TraceRequest } from '../../src/trace/trace-command.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

describe('a command with shims that cannot be started', () => {
  it.each([
    {
      given: 'a working directory that is missing',
      changes: { cwd: '/no/folder' },
      says: 'Cannot open "/no/folder" as the working directory of a child: there is no such file or folder',
    },
    {
      given: 'a working directory that is a file',
      changes: { cwd: '/etc/passwd' },
      says: 'Cannot open "/etc/passwd" as the working directory of a child: a part of the path is not a folder',
    },
    {
      given: 'arguments that are too long',
      changes: { argv: ['/bin/true', 'x'.repeat(200_000)] },
      says: 'Cannot start "/bin/true": its arguments and environment are larger than the kernel allows',
    },
  ] as const)('$given: a failed launch, of which no folder stays', async ({ changes, says }) => {
    const folder = anEmptyTmpdir();
    const started = (async () => shimCommand(['env'], aRequest(changes)).done)();
    await expect(started).rejects.toThrow(new LaunchError(says));
    expect(readdirSync(folder)).toEqual([]);
  });
});

function anEmptyTmpdir(): string {
  const folder = temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  return folder;
}

function aRequest(changes: Partial<TraceRequest>): TraceRequest {
  return {
    ...{ argv: ['/bin/true'], cwd: '/', env: { PATH: '/usr/bin:/bin' }, stdio: 'ignore' },
    ...{ timeoutMs: null, lingerMs: 0, limit: 10 },
    ...changes,
  };
}
