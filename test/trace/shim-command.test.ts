import { readdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LaunchError } from '../../src/errors.ts';
import { shimCommand } from '../../src/trace/shim-command.ts';
import type { TraceRequest } from '../../src/trace/trace-command.ts';
import { CANNOT_START } from '../builders/failing-starts.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

describe('a command with shims that cannot be started', () => {
  it.each(CANNOT_START)('$given: a failed launch, of which no folder stays', async ({ changes, says }) => {
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
