import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { TUPLES } from '../../src/core/sysroot/architectures.ts';

const GOLDEN = fileURLToPath(new URL('../golden/graphics-stack/', import.meta.url));

/** Strategies that were recorded from the real program. */
export const RECORDED_STRATEGIES = ['per-driver', 'batched', 'batched-dedup'] as const;
export type RecordedStrategy = (typeof RECORDED_STRATEGIES)[number];

/** What trees the recordings were made with, and where things are in the container. */
export const PROVIDER_IN_CONTAINER = '/run/gfx';
export const OVERRIDES_IN_CONTAINER = '/usr/lib/pressure-vessel/overrides';

const Call = z.object({
  arch: z.string(),
  purpose: z.string(),
  dest: z.string().nullable(),
  container: z.boolean(),
  patterns: z.array(z.string()),
});
const Results = z.object({
  exit: z.number(),
  modules: z.array(z.string()),
  overrides: z.record(z.string(), z.string()),
  manifests: z.record(z.string(), z.unknown()),
  env: z.record(z.string(), z.string().nullable()).nullable(),
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

/** One recording: trees, options, and what the real program did with each strategy. */
export type RecordedCase = z.infer<typeof Case>;

/** What is compared with a recording. Paths of the trees are written as the recordings write them. */
export interface Outcome {
  readonly modules: readonly string[];
  readonly captureCalls: readonly PlainCall[];
  readonly overrides: Readonly<Record<string, string>>;
  /** Content, or where a link leads. */
  readonly manifests: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | null>>;
}

/** A capture call without what depends on how calls are named. */
export interface PlainCall {
  readonly arch: string;
  readonly dest: string | null;
  readonly patterns: readonly string[];
}

/** Every recording there is. */
export function recordedCases(): readonly RecordedCase[] {
  return readdirSync(join(GOLDEN, 'cases')).map((file) => recordedCase(file.replace(/\.json$/, '')));
}

/** One recording. */
export function recordedCase(name: string): RecordedCase {
  return Case.parse(JSON.parse(readFileSync(join(GOLDEN, 'cases', `${name}.json`), 'utf8')));
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
export function unpackTrees({ provider, container }: RecordedCase): RecordedTrees {
  const folder = mkdtempSync(join(tmpdir(), 'launchbench-test-'));
  let count = 0;
  return {
    provider: unpack(provider, join(folder, 'provider')),
    container: unpack(container, join(folder, 'container')),
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
    manifests: late.manifests ?? {},
    env: comparableEnvironment(late.env ?? {}),
  };
}

/** What a capture did, in the words of the recordings. */
export function observedOutcome(
  answer: Pick<Outcome, 'modules' | 'captureCalls' | 'env'>,
  overrides: string,
  { provider }: RecordedTrees,
): Outcome {
  const tree = readOverrides(overrides);
  const observed: Outcome = {
    modules: answer.modules,
    captureCalls: answer.captureCalls.map(({ arch, dest, patterns }) => ({ arch, dest, patterns })),
    overrides: tree.links,
    manifests: tree.manifests,
    env: comparableEnvironment(answer.env),
  };
  const text = JSON.stringify(observed)
    .replaceAll(provider, '{SYSROOT}')
    .replaceAll(PROVIDER_IN_CONTAINER, '{PROVIDER}')
    .replaceAll(OVERRIDES_IN_CONTAINER, '{OVERRIDES}');
  return OutcomeSchema.parse(JSON.parse(text));
}

const OutcomeSchema = z.object({
  modules: z.array(z.string()),
  captureCalls: z.array(
    z.object({ arch: z.string(), dest: z.string().nullable(), patterns: z.array(z.string()) }),
  ),
  overrides: z.record(z.string(), z.string()),
  manifests: z.record(z.string(), z.unknown()),
  env: z.record(z.string(), z.string().nullable()),
});

function unpack(archive: string, folder: string): string {
  mkdirSync(folder);
  execFileSync('tar', ['-xzpf', join(GOLDEN, archive), '-C', folder]);
  return folder;
}

const BASE = z.array(z.string()).parse(JSON.parse(readFileSync(join(GOLDEN, 'base-patterns.json'), 'utf8')));

function withBasePatterns(pattern: string): readonly string[] {
  return pattern === '{BASE}' ? BASE : [pattern];
}

/** Of XDG_DATA_DIRS only what a capture puts in front: the rest is put there by other parts of the program. */
function comparableEnvironment(env: Readonly<Record<string, string | null>>): Record<string, string | null> {
  return { ...env, XDG_DATA_DIRS: env['XDG_DATA_DIRS']?.split(':')[0] ?? null };
}

/** Links of the overrides, and manifests as the recordings write them. */
function readOverrides(top: string): {
  readonly links: Record<string, string>;
  readonly manifests: Record<string, unknown>;
} {
  const links: Record<string, string> = {};
  const manifests: Record<string, unknown> = {};
  for (const path of filesBelow(top, '')) {
    const place = join(top, path);
    const target = lstatSync(place).isSymbolicLink() ? readlinkSync(place) : null;
    if (!path.startsWith('share/')) links[path] = target ?? 'not a link';
    else manifests[path] = target === null ? JSON.parse(readFileSync(place, 'utf8')) : { symlink: target };
  }
  return { links, manifests };
}

function filesBelow(top: string, below: string): readonly string[] {
  return readdirSync(join(top, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    return entry.isDirectory() ? filesBelow(top, path) : [path];
  });
}
