import { describe, expect, it } from 'vitest';
import { editionNamed } from '../../../src/core/editions/editions.ts';
import { serveByLaunching } from '../../../src/core/overrides/each-launch.ts';
import type { LaunchRequest } from '../../../src/core/overrides/server.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { aLauncher } from '../../builders/launching.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

describe('the environment of a launched tool', () => {
  it.each([
    { given: 'that of the session', libraryPath: '/opt/lib', found: '/opt/lib' },
    { given: 'an empty one of the session', libraryPath: '', found: '' },
    { given: 'none, where the session has none', libraryPath: undefined, found: undefined },
  ])('has as LD_LIBRARY_PATH $given, never the user’s own', async ({ libraryPath, found }) => {
    const [provider, container] = [openSysroot(temporaryFolder()), openSysroot(temporaryFolder())];
    const requests: LaunchRequest[] = [];
    const server = serveByLaunching(
      {
        ...{ provider, container, libraryPath },
        edition: editionNamed('2022'),
        overrides: temporaryFolder(),
        providerInContainer: '/run/gfx',
      },
      {
        launcher: aLauncher((request) => {
          requests.push(request);
          return Promise.resolve({ end: { kind: 'exited', status: 0 }, stderr: '' });
        }),
        toolFor: () => ({ kind: 'external', file: '/tool', argv: ['/tool'], executable: 'tool' }),
        env: { LD_LIBRARY_PATH: '/home/user/lib', PATH: '/usr/bin' },
        timeoutMs: 1000,
      },
    );
    await server.serve({
      purpose: 'main',
      arch: 'x86_64-linux-gnu',
      dest: '.',
      ifEmpty: 'keep',
      mayFail: false,
      patterns: ['soname:libGL.so.1'],
    });
    expect(requests.map(({ env }) => env)).toEqual([{ PATH: '/usr/bin', LD_LIBRARY_PATH: found }]);
  });
});
