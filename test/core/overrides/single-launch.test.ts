import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { editionNamed } from '../../../src/core/editions/editions.ts';
import { serveByOneLaunch } from '../../../src/core/overrides/single-launch.ts';
import type { CaptureServer } from '../../../src/core/overrides/server.ts';
import type { CaptureCall } from '../../../src/core/planning/plan.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { InterruptedError, LaunchError, SysrootError } from '../../../src/errors.ts';
import { createDirectLauncher } from '../../../src/launch/direct-launcher.ts';
import { aTreeWith } from '../../builders/library-trees.ts';
import { PATIENCE } from '../../builders/patience.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';
import { isAlive } from '../../builders/timers.ts';

/**
 * A tool of a few lines: it links each NAME of `soname:NAME` to /run/gfx/NAME unless there is something of this name,
 * dies at "die", and warns of what lies outside the provider, as every capture tool does.
 */
const TOOL = `
for word in "$@"; do [ "$previous" = --dest ] && dest=$word; previous=$word; done
echo $$ >> "$folder/launches"
while IFS= read -r pattern; do
  echo "$pattern" >> "$folder/heard"
  case $pattern in
  *launchbench-call*) answer ;;
  die) echo "tool: error: code 5: no such luck" >&2; exit 1 ;;
  warn) echo "tool: warning: something is odd" >&2 ;;
  *path:*) ln -s "/run/gfx\${pattern#*path:}" "$dest" ;;
  soname:*) [ -L "$dest/\${pattern#soname:}" ] || [ -d "$dest/\${pattern#soname:}" ] || ln -s "/run/gfx/\${pattern#soname:}" "$dest" ;;
  esac
done`;
const WARNS = 'answer() { echo "tool: warning: \\"$pattern\\" is not within prefix" >&2; }';
const LINKS = 'answer() { ln -s "$pattern" "$dest/${pattern##*/}"; }';

describe.each([
  { answers: 'a warning', answer: WARNS },
  { answers: 'a link', answer: LINKS },
])('one launch of a tool that answers with $answers', ({ answer }) => {
  it('serves call after call, and each link gets to its destination', async () => {
    const { server, overrides, heard, launches } = serving(`${answer}${TOOL}`);
    const first = await server.serve(aCall('vulkan', ['soname:libone.so']));
    const second = await server.serve(aCall('dri', ['soname:libone.so', 'soname:libtwo.so']));
    await server.finish?.();

    expect([...first.links]).toEqual([['libone.so', '/run/gfx/libone.so']]);
    expect([...second.links.keys()].sort()).toEqual(['libone.so', 'libtwo.so']);
    expect(linksBelow(overrides)).toEqual({
      'lib/x86_64-linux-gnu/vulkan/libone.so': '/run/gfx/libone.so',
      'lib/x86_64-linux-gnu/dri/libone.so': '/run/gfx/libone.so',
      'lib/x86_64-linux-gnu/dri/libtwo.so': '/run/gfx/libtwo.so',
    });
    expect(readdirSync(overrides)).toEqual(['lib']);
    expect(launches()).toHaveLength(1);
    expect(heard().filter((line) => !line.includes('launchbench'))).toEqual([
      'soname:libone.so',
      'soname:libone.so',
      'soname:libtwo.so',
    ]);
  });

  it('finds in a destination what earlier calls have left there, whatever came between', async () => {
    const { server, overrides } = serving(`${answer}${TOOL}`);
    mkdirSync(join(overrides, 'lib/x86_64-linux-gnu/aliases'), { recursive: true });
    await server.serve(aCall('.', ['soname:libone.so']));
    await server.serve(aCall('dri', ['soname:libtwo.so']));
    const { links } = await server.serve(
      aCall('.', ['soname:aliases', 'soname:libone.so', 'soname:libtwo.so']),
    );
    await server.finish?.();

    expect([...links.keys()].sort()).toEqual(['libone.so', 'libtwo.so']);
    expect(Object.keys(linksBelow(overrides)).sort()).toEqual([
      'lib/x86_64-linux-gnu/dri/libtwo.so',
      'lib/x86_64-linux-gnu/libone.so',
      'lib/x86_64-linux-gnu/libtwo.so',
    ]);
  });

  it('passes on what the tool warns of, but for its answers', async () => {
    const { server, said } = serving(`${answer}${TOOL}`);
    await server.serve(aCall('.', ['warn', 'soname:libone.so']));
    await server.finish?.();
    expect(said).toEqual(['something is odd']);
  });
});

describe('a tool that fails in the middle', () => {
  it.each([
    {
      fate: 'dies',
      tool: `${WARNS}${TOOL}`,
      says: /exited with status 1 before main into \. was done[^]*no such luck/u,
    },
    {
      fate: 'ends as if all was well',
      tool: `${WARNS}${TOOL.replace('exit 1', 'exit 0')}`,
      says: /ended before main/u,
    },
    {
      fate: 'is killed',
      tool: `${WARNS}${TOOL.replace('exit 1', () => 'kill -9 $$')}`,
      says: /was ended by SIGKILL before/u,
    },
    {
      fate: 'goes silent',
      tool: `${WARNS}${TOOL.replace('exit 1', 'sleep 600')}`,
      says: /had not finished after 2 s and was ended before main into \. was done[^]*no such luck/u,
      timeoutMs: 2000,
    },
  ])('$fate: is told with what it said, and nothing of it stays', async ({ tool, says, timeoutMs }) => {
    const { server, overrides } = serving(tool, timeoutMs);
    await server.serve(aCall('dri', ['soname:libone.so']));
    const failure: unknown = await server
      .serve(aCall('.', ['soname:libtwo.so', 'die']))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LaunchError);
    expect(failure).toMatchObject({ exitStatus: 4 });
    expect(String(failure)).toMatch(says);
    expect(String(failure)).not.toContain('launchbench-call');
    expect(readdirSync(overrides)).toEqual(['lib']);
  });

  it('is followed by another launch where the call may fail, and what it has linked stays', async () => {
    const { server, overrides, launches, said } = serving(`${WARNS}${TOOL}`);
    await server.serve(aCall('.', ['soname:libone.so']));
    await server.serve({ ...aCall('.', ['soname:libtwo.so', 'die']), purpose: 'libc-family', mayFail: true });
    await server.serve({ ...aCall('.', ['soname:libone.so', 'soname:libthree.so']), purpose: 's2tc' });
    await server.finish?.();
    expect(Object.keys(linksBelow(overrides)).sort()).toEqual(
      ['libone.so', 'libthree.so', 'libtwo.so'].map((name) => `lib/x86_64-linux-gnu/${name}`),
    );
    expect(launches()).toHaveLength(2);
    expect(said).toEqual([expect.stringMatching(/^libc-family of x86_64-linux-gnu is left out/u)]);
  });

  it('at the very end fails the capture', async () => {
    const { server } = serving(`${WARNS}${TOOL}\necho "tool: error: too late" >&2; exit 7`);
    await server.serve(aCall('.', ['soname:libone.so']));
    await expect(server.finish?.()).rejects.toThrow(/exited with status 7 when all was done[^]*too late/u);
  });
});

describe('a tool that is not launched, as the user has stopped us', () => {
  it('leaves nothing that is watched, which would keep the process alive', async () => {
    const watchers = (): number =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'FSEventWrap').length;
    const { server } = serving(`${WARNS}${TOOL}`, 20_000, temporaryFolder(), AbortSignal.abort());
    await expect(server.serve(aCall('.', ['soname:libone.so']))).rejects.toThrow(InterruptedError);
    await expect.poll(watchers, PATIENCE).toBe(0);
  });
});

describe('a name with a line feed', () => {
  it.each(['soname:lib\nsoname:libevil.so', 'soname:lib\0evil.so'])('is refused: %j', async (pattern) => {
    const { server, launches, heard, overrides } = serving(`${WARNS}${TOOL}`);
    await server.serve(aCall('dri', ['soname:libone.so']));
    await expect(server.serve(aCall('.', [pattern]))).rejects.toThrow(SysrootError);
    expect(heard().join()).not.toContain('evil');
    const [pid] = launches();
    await vi.waitFor(() => {
      expect(isAlive(Number(pid))).toBe(false);
    }, PATIENCE);
    expect(readdirSync(overrides)).toEqual(['lib']);
  });
});

describe('a file of several names', () => {
  const itself = (name: string): string =>
    `no-dependencies:even-if-older:if-exists:if-same-abi:path:/usr/lib/dri/${name}`;
  const dependencies = (name: string): string =>
    `only-dependencies:if-exists:if-same-abi:path:/usr/lib/dri/${name}`;

  it('is passed once, and its other names are linked as the tool would have linked them', async () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/dri/one.so': {}, '/usr/lib/dri/other.so': {} });
    linkSync(join(provider, 'usr/lib/dri/one.so'), join(provider, 'usr/lib/dri/two.so'));
    symlinkSync('one.so', join(provider, 'usr/lib/dri/three.so'));
    const { server, heard } = serving(`${WARNS}${TOOL}`, 20_000, provider);
    const names = ['one.so', 'two.so', 'three.so', 'other.so', 'missing.so'];
    const { links } = await server.serve(aCall('dri', names.map(itself)));
    await server.serve(aCall('.', names.map(dependencies)));
    await server.finish?.();
    expect(Object.fromEntries(links)).toMatchObject({
      'one.so': '/run/gfx/usr/lib/dri/one.so',
      'two.so': '/run/gfx/usr/lib/dri/two.so',
      'three.so': '/run/gfx/usr/lib/dri/one.so',
      'other.so': '/run/gfx/usr/lib/dri/other.so',
    });
    expect(heard().filter((line) => !line.includes('launchbench'))).toEqual([
      ...['one.so', 'other.so', 'missing.so'].map(itself),
      ...['one.so', 'other.so', 'missing.so'].map(dependencies),
    ]);
  });

  it('has no link under another name where it was not captured under the first', async () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/dri/one.so': {} });
    linkSync(join(provider, 'usr/lib/dri/one.so'), join(provider, 'usr/lib/dri/two.so'));
    const { server } = serving(`${WARNS}${TOOL.replace('*path:*', 'never')}`, 20_000, provider);
    const { links } = await server.serve(aCall('dri', ['one.so', 'two.so'].map(itself)));
    await server.finish?.();
    expect([...links]).toEqual([]);
  });
});

/** A server that launches a shell script, in a provider of nothing unless told. */
function serving(tool: string, timeoutMs = 20_000, provider = temporaryFolder(), signal?: AbortSignal) {
  const folder = temporaryFolder();
  const overrides = join(folder, 'overrides');
  mkdirSync(overrides);
  const path = join(folder, 'tool');
  writeFileSync(path, `#!/bin/sh\ncase $0 in */*) folder=\${0%/*} ;; esac\n${tool}\n`);
  chmodSync(path, 0o755);
  const said: string[] = [];
  const server: CaptureServer = serveByOneLaunch(
    {
      ...{ provider: openSysroot(provider), container: openSysroot(temporaryFolder()), overrides },
      ...{ edition: editionNamed('2022'), providerInContainer: '/run/gfx', libraryPath: undefined },
      report: (line) => void said.push(line),
    },
    {
      ...{ launcher: createDirectLauncher({ signal }), env: { PATH: '/usr/bin:/bin' }, timeoutMs },
      toolFor: () => ({ kind: 'external', file: path, argv: [path], executable: 'tool' }),
    },
  );
  const linesOf = (name: string): readonly string[] =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').trimEnd().split('\n') : [];
  return { server, overrides, said, heard: () => linesOf('heard'), launches: () => linesOf('launches') };
}

function aCall(dest: string, patterns: readonly string[]): CaptureCall {
  return { arch: 'x86_64-linux-gnu', purpose: 'main', dest, patterns, ifEmpty: 'keep', mayFail: false };
}

function linksBelow(folder: string): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isSymbolicLink())
      .map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(folder.length + 1), readlinkSync(path)];
      }),
  );
}
