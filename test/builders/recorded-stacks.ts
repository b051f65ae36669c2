import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type EditionName, EDITIONS } from '../../src/core/editions/editions.ts';
import { TUPLES } from '../../src/core/sysroot/architectures.ts';
import { unpack } from './unpack.ts';

const GOLDEN = {
  '2022': fileURLToPath(new URL('../golden/graphics-stack/', import.meta.url)),
  '2026': fileURLToPath(new URL('../golden/graphics-stack-2026/', import.meta.url)),
} as const satisfies Record<EditionName, string>;

/** Strategies that were recorded from the real program. */
export const RECORDED_STRATEGIES = ['per-driver', 'batched', 'batched-dedup'] as const;
export type RecordedStrategy = (typeof RECORDED_STRATEGIES)[number];

/** Where things are in the container of the recordings of 2022. */
export const PROVIDER_IN_CONTAINER = EDITIONS['2022'].providerInContainer;
export const OVERRIDES_IN_CONTAINER = '/usr/lib/pressure-vessel/overrides';

const Call = z.object({
  arch: z.string(),
  purpose: z.string(),
  dest: z.string().nullable(),
  container: z.boolean(),
  patterns: z.array(z.string()),
  fallbackPaths: z.string().optional(),
});
const Results = z.object({
  exit: z.number(),
  modules: z.array(z.string()),
  overrides: z.record(z.string(), z.string()),
  overridesDirs: z.array(z.string()),
  manifests: z.record(z.string(), z.unknown()),
  env: z.record(z.string(), z.string().nullable()).nullable().optional(),
});
const OwnResults = Results.partial().extend({ captureCalls: z.array(Call) });
const Case = z.object({
  name: z.string(),
  why: z.string(),
  provider: z.string(),
  container: z.string(),
  architectures: z.array(z.enum(TUPLES)),
  environment: z.record(z.string(), z.string()),
  options: z.array(z.string()),
  expect: Results.partial().extend({
    exit: z.number(),
    'per-driver': OwnResults,
    batched: OwnResults,
    'batched-dedup': OwnResults,
  }),
});
const CaseOf2026 = Case.omit({ expect: true }).extend({
  graphicsProviderManifest: z.string().nullish(),
  expect: z.object({ 'upstream-2026': OwnResults }),
});

/** One recording of 2026: what the program of that year does with its own strategy. */
export type RecordedCaseOf2026 = z.infer<typeof CaseOf2026>;

/** One recording: trees, options, and what the real program did with each strategy. */
export type RecordedCase = z.infer<typeof Case>;

/** What is compared with a recording. Paths of the trees are written as the recordings write them. */
export interface Outcome {
  readonly modules: readonly string[];
  readonly captureCalls: readonly PlainCall[];
  readonly overrides: Readonly<Record<string, string>>;
  /** Folders of the overrides, empty ones too. */
  readonly overridesDirs: readonly string[];
  /** Content, or where a link leads. */
  readonly manifests: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | null>>;
}

/** A capture call without what depends on how calls are named. */
export interface PlainCall {
  readonly arch: string;
  readonly dest: string | null;
  readonly patterns: readonly string[];
  readonly fallbackPaths?: string | undefined;
}

/** Every recording of 2022. */
export function recordedCases(): readonly RecordedCase[] {
  return readdirSync(join(GOLDEN['2022'], 'cases')).map((file) => recordedCase(file.replace(/\.json$/, '')));
}

/** One recording. */
export function recordedCase(name: string): RecordedCase {
  return Case.parse(JSON.parse(readFileSync(join(GOLDEN['2022'], 'cases', `${name}.json`), 'utf8')));
}

/** Every recording of 2026. */
export function recordedCasesOf2026(): readonly RecordedCaseOf2026[] {
  const folder = join(GOLDEN['2026'], 'cases');
  return readdirSync(folder).map((file) =>
    CaseOf2026.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))),
  );
}

/** The trees of a recording on this machine, and a place for overrides. */
export interface RecordedTrees {
  readonly provider: string;
  readonly container: string;
  /** A folder that is not there yet; a new one each time. */
  readonly newOverrides: () => string;
  readonly remove: () => void;
}

/** Unpacks the trees of a recording; they are removed by the caller. */
export function unpackTrees(
  { provider, container }: Pick<RecordedCase, 'provider' | 'container'>,
  edition: EditionName = '2022',
): RecordedTrees {
  const folder = mkdtempSync(join(tmpdir(), 'launchbench-test-'));
  let count = 0;
  return {
    provider: unpackInto(join(folder, 'provider'), join(GOLDEN[edition], provider)),
    container: unpackInto(join(folder, 'container'), join(GOLDEN[edition], container)),
    newOverrides: () => join(folder, `overrides-${++count}`),
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What the recording says about a strategy; null: the program refused the provider.
 *
 * In one case it aborts, by a mistake of its own, before it has written all manifests (our graphics-stack
 * specification, section 6): what is right then are the manifests that `batched` writes, the common ones.
 */
export function recordedOutcome({ expect }: RecordedCase, strategy: RecordedStrategy): Outcome | null {
  const exit = expect[strategy].exit ?? expect.exit;
  if (exit > 0) return null;
  const own = expect[strategy];
  const late = exit < 0 ? expect : { ...expect, ...own };
  return {
    modules: own.modules ?? expect.modules ?? [],
    captureCalls: own.captureCalls
      .filter(({ container }) => container)
      .map(({ arch, dest, patterns }) => ({ arch, dest, patterns: patterns.flatMap(withBasePatterns) })),
    overrides: own.overrides ?? expect.overrides ?? {},
    overridesDirs: late.overridesDirs ?? [],
    manifests: late.manifests ?? {},
    env: comparableEnvironment(late.env ?? {}),
  };
}

/** What a recording of 2026 says; null: the program refused the provider. */
export function recordedOutcomeOf2026({ expect }: RecordedCaseOf2026): Outcome | null {
  const own = expect['upstream-2026'];
  if (own.exit !== 0) return null;
  return {
    modules: own.modules ?? [],
    captureCalls: own.captureCalls
      .filter(({ container }) => container)
      .map(({ arch, dest, patterns, fallbackPaths }) => ({
        arch,
        dest,
        patterns: patterns.flatMap(withBasePatterns),
        ...(fallbackPaths === undefined ? {} : { fallbackPaths }),
      })),
    overrides: own.overrides ?? {},
    overridesDirs: own.overridesDirs ?? [],
    manifests: z
      .record(z.string(), z.unknown())
      .parse(blanked(own.manifests ?? {}, [[EDITIONS['2026'].providerInContainer, '{PROVIDER}']])),
    env: comparableEnvironment(own.env ?? {}),
  };
}

/** What a capture did, in the words of the recordings. */
export function observedOutcome(
  answer: Pick<Outcome, 'modules' | 'captureCalls' | 'env'>,
  overrides: string,
  { provider }: RecordedTrees,
  edition: EditionName = '2022',
): Outcome {
  const tree = readOverrides(overrides);
  const observed: Outcome = {
    modules: answer.modules,
    captureCalls: answer.captureCalls.map(({ arch, dest, patterns, fallbackPaths }) => ({
      ...{ arch, dest, patterns },
      ...(fallbackPaths === undefined || edition === '2022' ? {} : { fallbackPaths }),
    })),
    overrides: tree.links,
    overridesDirs: tree.folders,
    manifests: tree.manifests,
    env: comparableEnvironment(answer.env),
  };
  const places: Places = [
    [provider, '{SYSROOT}'],
    [EDITIONS[edition].providerInContainer, '{PROVIDER}'],
    [OVERRIDES_IN_CONTAINER, '{OVERRIDES}'],
  ];
  return OutcomeSchema.parse(blanked(observed, places));
}

/** Paths that differ between machines, and what stands for them in the recordings. */
type Places = readonly (readonly [path: string, name: string])[];

function blanked(value: unknown, places: Places): unknown {
  const text = places.reduce((so, [path, name]) => so.replaceAll(path, name), JSON.stringify(value));
  return JSON.parse(text);
}

const OutcomeSchema = z.object({
  modules: z.array(z.string()),
  captureCalls: z.array(
    z.object({
      arch: z.string(),
      dest: z.string().nullable(),
      patterns: z.array(z.string()),
      fallbackPaths: z.string().optional(),
    }),
  ),
  overrides: z.record(z.string(), z.string()),
  overridesDirs: z.array(z.string()),
  manifests: z.record(z.string(), z.unknown()),
  env: z.record(z.string(), z.string().nullable()),
});

function unpackInto(folder: string, archive: string): string {
  mkdirSync(folder);
  unpack(archive, folder);
  return folder;
}

const BASE: Readonly<Record<string, readonly string[]>> = {
  '{BASE}': basePatterns('2022'),
  '{BASE-2026}': basePatterns('2026'),
};

function basePatterns(edition: EditionName): readonly string[] {
  const text = readFileSync(join(GOLDEN[edition], 'base-patterns.json'), 'utf8');
  return z.array(z.string()).parse(JSON.parse(text));
}

function withBasePatterns(pattern: string): readonly string[] {
  return BASE[pattern] ?? [pattern];
}

/** Of lists of XDG only what a capture puts in front: the rest is put there by other parts of the program. */
function comparableEnvironment(env: Readonly<Record<string, string | null>>): Record<string, string | null> {
  const first = (name: string): string | null => env[name]?.split(':')[0] ?? null;
  return { ...env, XDG_DATA_DIRS: first('XDG_DATA_DIRS'), XDG_CONFIG_DIRS: first('XDG_CONFIG_DIRS') };
}

/** Links and folders of the overrides, and manifests as the recordings write them. */
function readOverrides(top: string): {
  readonly links: Record<string, string>;
  readonly folders: readonly string[];
  readonly manifests: Record<string, unknown>;
} {
  const links: Record<string, string> = {};
  const folders: string[] = [];
  const manifests: Record<string, unknown> = {};
  for (const entry of readdirSync(top, { withFileTypes: true, recursive: true })) {
    const place = join(entry.parentPath, entry.name);
    const path = place.slice(top.length + 1);
    if (entry.isDirectory()) {
      folders.push(path);
      continue;
    }
    const target = entry.isSymbolicLink() ? readlinkSync(place) : null;
    if (!/^share\/|^etc\/.*\.json$/u.test(path) || (path.startsWith('etc/') && target !== null))
      links[path] = target ?? 'not a link';
    else manifests[path] = target === null ? JSON.parse(readFileSync(place, 'utf8')) : { symlink: target };
  }
  return { links, folders: folders.sort(), manifests };
}
