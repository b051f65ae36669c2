import { FormatError } from '../../errors.ts';
import { DRIVER_CLASS_NAMES } from '../drivers/driver.ts';
import type { ContainerEnvironment } from '../editions/edition.ts';
import { type CaptureCall, type PlanResult, PURPOSES, type SearchPaths } from '../planning/plan.ts';
import { TUPLES, type Tuple } from '../sysroot/architectures.ts';
import { type CapturedStack, type CaptureStackOptions, modulesOf } from './capture-stack.ts';
import { fallbackPathsOf } from './fallback-paths.ts';
import type { DriverOutcome } from './driver-outcomes.ts';
import type { ArchitectureCapture } from './run-plan.ts';

/** What is worth knowing of a capture when it is over: all of it can be kept in a file. */
export interface KeptAnswer {
  readonly captures: readonly KeptArchitecture[];
  readonly drivers: readonly DriverOutcome[];
  readonly env: ContainerEnvironment;
  /** Resolved library of every driver that was offered. */
  readonly modules: readonly string[];
  /** What everybody should see: what was left out, and why. */
  readonly notes: readonly string[];
}

/** What was captured for one architecture. */
export interface KeptArchitecture extends Pick<ArchitectureCapture, 'arch' | 'calls' | 'searchPath'> {
  /** Directories that libraries are looked for in the end; null: those that the capture tool has built in. */
  readonly fallbackPaths: readonly string[] | null;
  /** The link by which a container finds each driver that has a library, relative to libdir; null: there is none. */
  readonly driverLinks: readonly (string | null)[];
}

/** What is kept of a capture of these drivers. */
export function toKeptAnswer(
  { captures, drivers, env }: CapturedStack,
  stack: Pick<CaptureStackOptions, 'edition' | 'manifest' | 'drivers'> & Pick<KeptAnswer, 'notes'>,
): KeptAnswer {
  return {
    captures: captures.map(({ arch, calls, searchPath, bindings }) => ({
      ...{ arch, calls, searchPath },
      fallbackPaths: fallbackPathsOf(stack, arch)?.list ?? null,
      driverLinks: driverLinksOf(bindings),
    })),
    drivers,
    env,
    modules: modulesOf(stack.drivers),
    notes: stack.notes,
  };
}

/** The link by which a container finds each driver that has a library; null: there is none. */
export function driverLinksOf(bindings: PlanResult['bindings']): KeptArchitecture['driverLinks'] {
  return bindings.flatMap((binding) => {
    switch (binding.kind) {
      case 'captured':
      case 'copied':
        return [binding.link];
      case 'soname':
        return [binding.driver.library.kind === 'soname' ? binding.driver.library.soname : null];
      case 'nonexistent':
        return [null];
      case 'meta-layer':
        return [];
    }
  });
}

/**
 * Reads an answer that was kept as JSON.
 *
 * @throws FormatError when it is none.
 */
export function readKeptAnswer(value: unknown): KeptAnswer {
  const { captures, drivers, env, modules, notes } = members(value);
  return {
    captures: list(captures, readArchitecture),
    drivers: list(drivers, readOutcome),
    env: record(env, textOrNull),
    modules: list(modules, text),
    notes: list(notes, text),
  };
}

function readArchitecture(value: unknown): KeptArchitecture {
  const { arch, calls, searchPath, fallbackPaths, driverLinks } = members(value);
  return {
    arch: tuple(arch),
    calls: list(calls, readCall),
    searchPath: readSearchPath(searchPath),
    fallbackPaths: fallbackPaths === null ? null : list(fallbackPaths, text),
    driverLinks: list(driverLinks, textOrNull),
  };
}

function readSearchPath(value: unknown): SearchPaths {
  const known = members(value);
  return Object.fromEntries(
    DRIVER_CLASS_NAMES.flatMap((name) => (name in known ? [[name, list(known[name], text)] as const] : [])),
  );
}

function readCall(value: unknown): CaptureCall {
  const { arch, purpose, dest, patterns, ifEmpty, mayFail } = members(value);
  return {
    arch: tuple(arch),
    purpose: oneOf(PURPOSES, purpose),
    dest: text(dest),
    patterns: list(patterns, text),
    ifEmpty: oneOf(['keep', 'remove'], ifEmpty),
    mayFail: mayFail === true,
  };
}

function readOutcome(value: unknown): DriverOutcome {
  const { arch, driverClass, library, outcome, reason, missing } = members(value);
  return {
    arch: tuple(arch),
    driverClass: oneOf(DRIVER_CLASS_NAMES, driverClass),
    library: text(library),
    outcome: oneOf(['captured', 'not-captured', 'skipped'], outcome),
    reason: textOrNull(reason),
    missing: list(missing, text),
  };
}

function tuple(value: unknown): Tuple {
  return oneOf(TUPLES, value);
}

function oneOf<Word extends string>(words: readonly Word[], value: unknown): Word {
  return words.find((word) => word === value) ?? refuse(words.join(' or '), value);
}

/** Reads a text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : refuse('a text', value);
}

/** Reads a text that may be missing. */
export function textOrNull(value: unknown): string | null {
  return value === null ? null : text(value);
}

/** Reads a list. */
export function list<Item>(value: unknown, item: (value: unknown) => Item): readonly Item[] {
  return Array.isArray(value) ? value.map(item) : refuse('a list', value);
}

/** Reads an object whose members are all of one type. */
export function record<Item>(value: unknown, item: (value: unknown) => Item): Readonly<Record<string, Item>> {
  return Object.fromEntries(Object.entries(members(value)).map(([name, member]) => [name, item(member)]));
}

/** Reads an object, whose members are still to be read. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : refuse('an object', value);
}

function refuse(wanted: string, found: unknown): never {
  const shown = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 80);
  throw new FormatError(`expected ${wanted}, found ${shown}`);
}
