import { existsSync, mkdirSync, rmdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EDITIONS } from '../../../src/core/editions/editions.ts';
import { serveByLaunching } from '../../../src/core/overrides/each-launch.ts';
import { serveInProcess } from '../../../src/core/overrides/in-process.ts';
import { destinationOf } from '../../../src/core/overrides/places.ts';
import type { CaptureServer, CaptureSession, Launching } from '../../../src/core/overrides/server.ts';
import type { CaptureCall } from '../../../src/core/planning/plan.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { LaunchError } from '../../../src/errors.ts';
import { aLauncher, nothingLaunched } from '../../builders/launching.ts';
import { aTreeWith } from '../../builders/library-trees.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

const SERVERS: readonly {
  readonly name: string;
  readonly open: (session: CaptureSession) => CaptureServer;
}[] = [
  { name: 'a server in-process', open: (session) => serveInProcess(session) },
  {
    name: 'a server that launches',
    open: (session) => serveByLaunching(session, launching(linkWhatIsThere)),
  },
];

describe.each(SERVERS)('$name', ({ open }) => {
  it.each([
    { left: 'an empty destination', ifEmpty: 'keep', patterns: [], there: true },
    { left: 'an empty destination', ifEmpty: 'remove', patterns: [], there: false },
    { left: 'a destination with a link', ifEmpty: 'keep', patterns: ['libfoo.so.1'], there: true },
    { left: 'a destination with a link', ifEmpty: 'remove', patterns: ['libfoo.so.1'], there: true },
  ] as const)('told to $ifEmpty leaves $left there: $there', async ({ ifEmpty, patterns, there }) => {
    const session = aSession();
    const call = aCall({ patterns, ifEmpty });
    const { links } = await open(session).serve(call);
    expect([...links.keys()]).toEqual(patterns);
    expect(existsSync(destinationOf(session.overrides, call.arch, call.dest))).toBe(there);
  });

  it('told to remove an empty destination leaves what lies deeper in it', async () => {
    const session = aSession();
    const call = aCall({ ifEmpty: 'remove' });
    const numbered = join(destinationOf(session.overrides, call.arch, call.dest), '0');
    mkdirSync(numbered, { recursive: true });
    await open(session).serve(call);
    expect(existsSync(numbered)).toBe(true);
  });
});

it('a tool that removes its own destination is named', async () => {
  const server = serveByLaunching(
    aSession(),
    launching((destination) => {
      rmdirSync(destination);
    }),
  );
  await expect(server.serve(aCall())).rejects.toThrow(LaunchError);
  await expect(server.serve(aCall())).rejects.toThrow(
    /^The capture tool \/bin\/tool left no destination to be read: /,
  );
});

/** A provider with libfoo.so.1, an empty container, and overrides. */
function aSession(): CaptureSession {
  return {
    provider: openSysroot(aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1': {} })),
    container: openSysroot(aTreeWith(temporaryFolder(), {})),
    overrides: temporaryFolder(),
    providerInContainer: '/run/gfx',
    libraryPath: undefined,
    edition: EDITIONS['2022'],
  };
}

function aCall(call: Partial<CaptureCall> = {}): CaptureCall {
  return {
    arch: 'x86_64-linux-gnu',
    purpose: 'driver',
    dest: 'vulkan',
    patterns: [],
    ifEmpty: 'keep',
    mayFail: false,
    ...call,
  };
}

/** A launcher whose tool is a function of its destination and patterns. */
function launching(tool: (destination: string, patterns: readonly string[]) => void): Launching {
  return {
    ...nothingLaunched(),
    toolFor: () => ({ kind: 'external', file: '/bin/tool', argv: ['/bin/tool'], executable: '/bin/tool' }),
    launcher: aLauncher(({ argv }) => {
      const at = argv.indexOf('--dest') + 1;
      tool(argv[at] ?? '', argv.slice(at + 1));
      return Promise.resolve({ end: { kind: 'exited', status: 0 }, stderr: '' });
    }),
  };
}

function linkWhatIsThere(destination: string, patterns: readonly string[]): void {
  for (const name of patterns) symlinkSync(`/run/gfx/usr/lib/${name}`, join(destination, name));
}
