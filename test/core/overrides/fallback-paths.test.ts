import { describe, expect, it } from 'vitest';
import { parseProviderManifest, type ProviderManifest } from '../../../src/core/drivers/provider-manifest.ts';
import { type EditionName, EDITIONS } from '../../../src/core/editions/editions.ts';
import { serveByLaunching } from '../../../src/core/overrides/each-launch.ts';
import type { CaptureTool } from '../../../src/core/overrides/server.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { aLauncher, nothingLaunched } from '../../builders/launching.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

type Told = Pick<CaptureTool, 'kind' | 'takesFallbackPaths'>;

/** What a tool is told about fallback folders, as it stands first on its command line; null: nothing. */
async function told(
  edition: EditionName,
  tool: Told,
  manifest: ProviderManifest | null,
): Promise<string | null> {
  const launches: (readonly string[])[] = [];
  const server = serveByLaunching(
    {
      provider: openSysroot(temporaryFolder()),
      container: openSysroot(temporaryFolder()),
      overrides: temporaryFolder(),
      providerInContainer: '/run/gfx',
      edition: EDITIONS[edition],
      libraryPath: undefined,
      manifest,
    },
    {
      ...nothingLaunched(),
      toolFor: () => ({ file: '/tool', argv: ['/tool'], executable: 'tool', ...tool }),
      launcher: aLauncher(({ argv }) => {
        launches.push(argv);
        return Promise.resolve({ end: { kind: 'exited', status: 0 }, stderr: '' });
      }),
    },
  );
  await server.serve({
    ...{
      arch: 'x86_64-linux-gnu',
      purpose: 'main',
      dest: '.',
      patterns: [],
      ifEmpty: 'keep',
      mayFail: false,
    },
  });
  const [, option, list] = launches[0] ?? [];
  return option === '--fallback-paths' ? (list ?? null) : null;
}

function naming(fallback: readonly string[]): ProviderManifest {
  const architectures = { 'x86_64-linux-gnu': { fallback_library_paths: fallback } };
  const text = JSON.stringify({ graphics_provider_v0: { architectures } });
  return parseProviderManifest(new TextEncoder().encode(text), 'gp.json');
}

describe('fallback folders', () => {
  it.each<[string, EditionName, Told, ProviderManifest | null, string | null]>([
    ['our own tool is told those of 2022', '2022', { kind: 'native' }, null, '/lib:/usr/lib'],
    ['an external tool, which may be older, is not', '2022', { kind: 'external' }, null, null],
    ['one that takes them is', '2022', { kind: 'external', takesFallbackPaths: true }, null, '/lib:/usr/lib'],
    ['nobody is told those of 2026, which are built in', '2026', { kind: 'native' }, null, null],
    [
      'everybody is told those that the provider names',
      '2026',
      { kind: 'external' },
      naming(['/a', '/b']),
      '/a:/b',
    ],
    ['and told that there are none', '2026', { kind: 'external' }, naming([]), ''],
  ])('%s', async (_, edition, tool, manifest, paths) => {
    expect(await told(edition, tool, manifest)).toBe(paths);
  });
});
