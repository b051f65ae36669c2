import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { discoverDrivers } from '../../../src/core/drivers/discover.ts';
import { type EditionName, EDITIONS } from '../../../src/core/editions/editions.ts';
import { captureStack } from '../../../src/core/overrides/capture-stack.ts';
import { chooseArchitectures } from '../../../src/core/overrides/choose-architectures.ts';
import { serveInProcess } from '../../../src/core/overrides/in-process.ts';
import { type StrategyName, STRATEGIES, STRATEGY_NAMES } from '../../../src/core/overrides/strategies.ts';
import { ARCHITECTURES, type Tuple } from '../../../src/core/sysroot/architectures.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { SysrootError } from '../../../src/errors.ts';
import { nothingLaunched } from '../../builders/launching.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';
import { unpack } from '../../builders/unpack.ts';

const CASES = fileURLToPath(new URL('../../golden/cases/', import.meta.url));

/** What came of a tree: per architecture how many were captured, lost and skipped; what is missing; what was said. */
interface CameOf {
  readonly counts: Readonly<Record<string, string>>;
  /** Names of what is missing, in the order of the drivers. */
  readonly missing: readonly string[];
  readonly notes: readonly string[];
}

interface Row {
  readonly tree: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly editions: readonly EditionName[];
  readonly counts: CameOf['counts'];
  readonly missing?: readonly string[];
  readonly notes?: readonly RegExp[];
}

const BOTH = ['2022', '2026'] as const;
const NO_I386 = /^i386-linux-gnu is left out: the provider has nothing for it$/u;

const ROWS: readonly Row[] = [
  {
    tree: 'nvidia-32-bit-incomplete',
    editions: BOTH,
    counts: { 'x86_64-linux-gnu': '6 captured', 'i386-linux-gnu': '6 not-captured' },
    missing: [
      'libnvidia-glsi.so.570.86',
      ...['libwayland-host.so.0', 'libgbm-host.so.0', 'libxcb-host.so.0', 'libxlib-host.so.0'],
      'libnvidia-glsi.so.570.86',
    ],
  },
  {
    tree: 'stale-cache',
    editions: ['2022'],
    counts: { 'x86_64-linux-gnu': '2 not-captured' },
    missing: ['libEGL_a.so.0', 'libvulkan_a.so'],
    notes: [NO_I386],
  },
  {
    tree: 'stale-cache',
    editions: ['2026'],
    counts: { 'x86_64-linux-gnu': '2 captured' },
    notes: [NO_I386],
  },
  {
    tree: 'absolute-store-links',
    env: {
      XDG_DATA_DIRS: '/run/current-system/sw/share:/run/opengl-driver/share',
      __EGL_VENDOR_LIBRARY_DIRS: '/run/opengl-driver/share/glvnd/egl_vendor.d',
    },
    editions: BOTH,
    counts: { 'x86_64-linux-gnu': '' },
    notes: [
      NO_I386,
      /50_mesa\.json: passed over: \/run\/opengl-driver is a link to \/nix\/store\/3333-drivers, outside/u,
      /radeon_icd\.x86_64\.json: passed over: \/run\/opengl-driver is a link to \/nix\/store\/3333-drivers/u,
      /MangoHud\.json: passed over: it is a link to \/nix\/store\/1111-mangohud\/.*, outside the provider/u,
      /obs_64\.json: passed over: it is a link to \/nix\/store\/2222-obs\/.*, outside the provider/u,
    ],
  },
  {
    tree: 'alternatives-links',
    editions: BOTH,
    counts: { 'x86_64-linux-gnu': '' },
    notes: [
      NO_I386,
      /nvidia_icd\.json: passed over: it is a link to \/etc\/alternatives\/nvidia--nvidia_icd\.json/u,
      /nvidia_drv_video\.so: passed over: it is a link to \/usr\/lib\/.*\/current\/nvidia_drv_video\.so/u,
    ],
  },
  {
    tree: 'layer-1.2.1',
    editions: ['2022'],
    counts: { 'x86_64-linux-gnu': '' },
    notes: [
      NO_I386,
      /new\.json: passed over: file_format_version: expected at most "1\.2\.0", found "1\.2\.1"/u,
    ],
  },
  {
    tree: 'layer-1.2.1',
    editions: ['2026'],
    counts: { 'x86_64-linux-gnu': '1 captured' },
    notes: [NO_I386],
  },
  {
    tree: 'arch-two-abis',
    editions: BOTH,
    counts: {
      'x86_64-linux-gnu': '14 captured, 6 skipped',
      'i386-linux-gnu': '14 captured, 6 skipped',
    },
  },
];

describe.each(ROWS.flatMap((row) => row.editions.map((edition) => ({ ...row, edition }))))(
  '$tree in edition $edition',
  ({ tree, env = {}, edition, counts, missing = [], notes = [] }) => {
    it.each(STRATEGY_NAMES)('comes to the same with %s', async (strategy) => {
      const came = await captureTree(unpacked(tree), strategy, edition, env);
      expect(came.counts).toEqual(counts);
      expect(came.missing).toEqual(missing);
      expect(came.notes).toHaveLength(notes.length);
      for (const note of notes) expect(came.notes).toContainEqual(expect.stringMatching(note));
    });
  },
);

describe('no-cache', () => {
  it.each(BOTH)(
    'is refused in edition %s, names what makes the cache, and leaves nothing behind',
    async (edition) => {
      for (const strategy of STRATEGY_NAMES) {
        const provider = unpacked('no-cache');
        const outcome = captureTree(provider, strategy, edition, {});
        await expect(outcome).rejects.toThrow(SysrootError);
        await expect(outcome).rejects.toThrow('ld.so.cache');
        const refusal: unknown = await outcome.catch((error: unknown) => error);
        expect(refusal instanceof SysrootError && refusal.hint).toContain(`ldconfig -r ${provider}`);
        expect(readdirSync(dirname(provider))).not.toContain('made');
      }
    },
  );
});

describe('a driver that is lost', () => {
  it.each(STRATEGY_NAMES)('is told once by %s, and no more often of a confined tree', async (strategy) => {
    const came = await captureTree(unpacked('nvidia-32-bit-incomplete'), strategy, '2026', {}, true);
    expect(came.missing).toHaveLength(6);
    expect(came.notes).toEqual([]);
  });
});

describe('an ld.so.cache that is damaged', () => {
  it('is named, beside the other place that was looked in', async () => {
    const provider = unpacked('no-cache');
    writeFileSync(join(provider, 'etc/ld.so.cache'), 'no cache');
    const outcome = captureTree(provider, 'in-process', '2026', {});
    await expect(outcome).rejects.toThrow(
      /"[^"]*\/etc\/ld\.so\.cache": Not an ld\.so\.cache.*; Cannot use "[^"]*\/var\/cache\/ldconfig\/ld\.so\.cache": no such file/u,
    );
  });
});

describe('a manifest that names another architecture', () => {
  it('is skipped there, and says so', () => {
    const provider = unpacked('layer-1.2.1');
    const drivers = discover(openSysroot(provider), ['x86_64-linux-gnu', 'i386-linux-gnu'], '2026', {});
    expect(drivers.get('i386-linux-gnu')?.map(({ library }) => library)).toMatchObject([
      { kind: 'none', reason: 'other-architecture' },
    ]);
  });
});

function unpacked(tree: string): string {
  const provider = join(temporaryFolder(), 'provider');
  mkdirSync(provider);
  unpack(join(CASES, `${tree}.tar.gz`), provider);
  return provider;
}

/** A container that runs every architecture, and has nothing else. */
function bareContainer(): string {
  const root = temporaryFolder();
  for (const { dynamicLinker } of Object.values(ARCHITECTURES)) {
    mkdirSync(join(root, dirname(dynamicLinker)), { recursive: true });
    writeFileSync(join(root, dynamicLinker), '');
  }
  return root;
}

async function captureTree(
  root: string,
  strategy: StrategyName,
  year: EditionName,
  variables: Readonly<Record<string, string>>,
  confined = false,
): Promise<CameOf> {
  const edition = EDITIONS[year];
  const env = { HOME: '/home/user', ...variables };
  const [provider, container] = [openSysroot(root, { confined }), openSysroot(bareContainer(), { confined })];
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  const architectures = chooseArchitectures({
    ...{ provider, container, edition, manifest: null, wanted: null },
    report: note,
  });
  const overrides = join(dirname(root), 'made/overrides');
  const captured = await captureStack({
    ...{ provider, container, edition, env, overrides },
    strategy: { ...STRATEGIES[strategy], openServer: serveInProcess },
    drivers: discover(provider, architectures, year, env, note),
    overridesInContainer: '/overrides',
    providerInContainer: edition.providerInContainer,
    libraryPath: undefined,
    // What an external tool would read of a confined tree is read beforehand.
    launching: {
      ...nothingLaunched(),
      toolFor: () => ({ kind: 'external', file: '/tool', argv: ['/tool'], executable: 'tool' }),
    },
    report: note,
  });
  expect(existsSync(overrides)).toBe(true);
  const counts = architectures.map((arch): [string, string] => {
    const outcomes = captured.drivers.filter((driver) => driver.arch === arch).map(({ outcome }) => outcome);
    const words = [...new Set(outcomes)].sort();
    return [arch, words.map((word) => `${outcomes.filter((one) => one === word).length} ${word}`).join(', ')];
  });
  return {
    counts: Object.fromEntries(counts),
    missing: captured.drivers.flatMap(({ missing }) => missing),
    notes,
  };
}

function discover(
  provider: ReturnType<typeof openSysroot>,
  architectures: readonly Tuple[],
  edition: EditionName,
  env: Readonly<Record<string, string>>,
  notice: (text: string) => void = () => undefined,
) {
  const where = { provider, architectures, env, cwd: '/', edition: EDITIONS[edition] };
  return discoverDrivers({ ...where, notice, report: () => undefined });
}
