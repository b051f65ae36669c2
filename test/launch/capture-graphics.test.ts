import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { captureGraphics } from '../../src/launch/capture-graphics.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { unpack } from '../builders/unpack.ts';

const TREE = fileURLToPath(new URL('../golden/cases/arch-two-abis.tar.gz', import.meta.url));

describe('captureGraphics', () => {
  it('takes a graphics_provider.json for a provider, and captures for the architectures that it lists', async () => {
    const captured = await captureGraphics(capturing({ architectures: ['i386-linux-gnu'], root: 'tree' }));
    expect(captured.captures.map(({ arch }) => arch)).toEqual(['i386-linux-gnu']);
    expect(captured.drivers.filter(({ outcome }) => outcome === 'captured')).toHaveLength(14);
  });

  it('refuses one that it cannot use, and names the place', async () => {
    const refused = captureGraphics(capturing({ architectures: 'i386-linux-gnu' }));
    await expect(refused).rejects.toThrow(FormatError);
    await expect(refused).rejects.toThrow(
      /provider\.json:1:\d+: graphics_provider_v0\.architectures: expected/u,
    );
  });
});

/** A capture from a tree with this manifest beside it. */
function capturing(manifest: Readonly<Record<string, unknown>>): Parameters<typeof captureGraphics>[0] {
  const folder = temporaryFolder();
  for (const name of ['tree', 'container']) mkdirSync(join(folder, name));
  unpack(TREE, join(folder, 'tree'));
  const provider = join(folder, 'provider.json');
  writeFileSync(provider, JSON.stringify({ graphics_provider_v0: manifest }));
  return {
    provider,
    container: join(folder, 'container'),
    overrides: join(folder, 'overrides'),
    env: { HOME: '/home/user' },
  };
}
