import { describe, expect, it } from 'vitest';
import { parseProviderManifest, type ProviderManifest } from '../../../src/core/drivers/provider-manifest.ts';
import { type EditionName, EDITIONS } from '../../../src/core/editions/editions.ts';
import { serveByLaunching } from '../../../src/core/overrides/each-launch.ts';
import type { CaptureTool } from '../../../src/core/overrides/server.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { nothingLaunched } from '../../builders/launching.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

/** What a tool is told about fallback folders, as it stands first on its command line; null: nothing. */
async function told(
  edition: EditionName,
  kind: CaptureTool['kind'],
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
      toolFor: () => ({ kind, file: '/tool', argv: ['/tool'], executable: 'tool' }),
      launcher: {
        launch({ argv }) {
          launches.push(argv);
          return Promise.resolve({ end: { kind: 'exited', status: 0 }, stderr: '' });
        },
      },
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
  it.each<[string, EditionName, CaptureTool['kind'], ProviderManifest | null, string | null]>([
    ['our own tool is told those of 2022', '2022', 'native', null, '/lib:/usr/lib'],
    ['an external tool, which may be older, is not', '2022', 'external', null, null],
    ['nobody is told those of 2026, which are built in', '2026', 'native', null, null],
    ['everybody is told those that the provider names', '2026', 'external', naming(['/a', '/b']), '/a:/b'],
    ['and told that there are none', '2026', 'external', naming([]), ''],
  ])('%s', async (_, edition, kind, manifest, paths) => {
    expect(await told(edition, kind, manifest)).toBe(paths);
  });
});
