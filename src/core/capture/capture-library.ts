import { CaptureError, failure, systemFailure } from './capture-error.ts';
import type { CompareCopies, Comparison } from './compare/compare.ts';
import { hasAllItNeeds, type DependencyWalker, type Slot } from './dependencies.ts';
import { GLIBC_FAMILY, isOfGlibc, LIBC } from './glibc-family.ts';
import type { Library } from './library-files.ts';
import { linkTargetOf } from './link-target.ts';
import { baseName } from './paths.ts';
import type { Flags } from './pattern.ts';
import type { CaptureSettings, Destination, Message } from './settings.ts';
import type { Tree } from './tree.ts';

/** One library to capture. */
export interface Request {
  readonly name: string;
  readonly flags: Flags;
  /** Its DT_SONAME must be its name. */
  readonly exactSoname?: boolean;
  /** It is one of the glibc family, so that a libc.so.6 that cannot be linked does not bring them for ever. */
  readonly broughtByGlibc?: boolean;
}

/** All that a capture works with. */
export interface CaptureContext {
  readonly settings: CaptureSettings;
  readonly provider: Tree;
  readonly container: Tree;
  readonly dependencies: DependencyWalker;
  /**
   * Libraries that need no further look for a destination, which nobody but us has changed: each has been captured or
   * passed over there without a word, and so has all that it needs. Nearly every pattern of a call needs the same.
   */
  readonly settled: WeakMap<Destination, Set<Library>>;
  readonly compare: CompareCopies;
  readonly onMessage: (message: Message) => void;
}

/**
 * Captures one library and what it needs: makes a link to each that the container has no newer copy of.
 * Source: our capture-tool specification, sections 6 and 7.
 *
 * @throws CaptureError when it fails and no flag forgives that.
 */
export function captureLibrary(context: CaptureContext, request: Request, destination: Destination): void {
  const { flags } = request;
  const library = locate(context, request);
  if (library === null || !hasExpectedSoname(context, request, library)) return;
  const settled = context.settled.get(destination) ?? new Set();
  context.settled.set(destination, settled);
  const [itself, ...dependencies] = dependenciesOf(context, request, library, settled);
  if (itself !== undefined && !flags.onlyDependencies)
    captureSlot(context, itself, flags.evenIfOlder, request, destination);
  if (flags.noDependencies) return;
  let isSettled = true;
  for (const slot of dependencies) {
    if (!captureSlot(context, slot, false, request, destination)) isSettled = false;
  }
  if (isSettled) for (const { library: dependency } of dependencies) settled.add(dependency);
}

/** Finds the library in the provider; null when it is not there and that is forgiven. */
function locate({ provider, onMessage }: CaptureContext, { name, flags }: Request): Library | null {
  const found = provider.lookUp(name);
  if (found.kind === 'found') {
    onMessage({ severity: 'debug', text: `"${name}" is "${found.library.path}"` });
    return found.library;
  }
  const { errorClass } = found.failure;
  if (errorClass === 'NOT-FOUND' && flags.ifExists) return null;
  if (errorClass === 'WRONG-ABI' && flags.ifSameAbi) return null;
  throw new CaptureError(found.failure);
}

/** Whether a library that was asked for by its exact SONAME has it; false when that is forgiven. */
function hasExpectedSoname(
  context: CaptureContext,
  { name, flags, exactSoname }: Request,
  { dynamic }: Library,
): boolean {
  if (exactSoname !== true) return true;
  const { soname } = dynamic();
  if (soname === name) return true;
  const actual = soname ?? '(none)';
  if (!flags.ifExists)
    throw new CaptureError(failure('IO', `${name} has an unexpected DT_SONAME: ${actual}`));
  warnForgiven(context, flags, `${name} has an unexpected DT_SONAME, ignoring: ${actual}`);
  return false;
}

/** The library with all that it needs; nothing at all when something is missing and that is forgiven. */
function dependenciesOf(
  context: CaptureContext,
  { name, flags }: Request,
  library: Library,
  settled: ReadonlySet<Library>,
): readonly Slot[] {
  if (flags.noDependencies && hasAllItNeeds(context.provider, library)) return [{ name, library }];
  const walk = context.dependencies.walk(name, library, (one) => settled.has(one));
  if (walk.failure === null) return walk.slots;
  const { errorClass, details } = walk.failure;
  if (errorClass !== 'NOT-FOUND' || !flags.ifExists) {
    throw new CaptureError({ ...walk.failure, details: `Missing dependencies: ${details}` });
  }
  warnForgiven(context, flags, `Dependencies of ${name} not found, ignoring: ${details}`);
  return [];
}

/** @returns whether it would come to nothing if it were done again. */
function captureSlot(
  context: CaptureContext,
  { name, library }: Slot,
  evenIfOlder: boolean,
  request: Request,
  destination: Destination,
): boolean {
  const base = baseName(name);
  if (context.settings.noGlibc === true && isOfGlibc(base)) return true;
  if (destination.has(base)) return true;
  // What belongs to glibc comes with libc.so.6, and only with it.
  if (isOfGlibc(base) && base !== LIBC && !evenIfOlder) return true;
  if (!evenIfOlder) {
    const { winner, warnings } = compareWithContainer(context, name, library);
    for (const text of warnings) warn(context, text);
    if (winner === 'container') return warnings.length === 0;
  }

  const isLinked = makeLink(context, base, library, destination);
  if (base === LIBC && request.broughtByGlibc !== true) captureGlibcFamily(context, request, destination);
  return isLinked;
}

function compareWithContainer(
  { container, compare }: CaptureContext,
  name: string,
  library: Library,
): Comparison {
  const found = container.lookUp(name);
  if (found.kind === 'found') return compare({ name, provider: library, container: found.library });
  if (found.failure.errorClass === 'NOT-FOUND') return { winner: 'provider', warnings: [] };
  throw new CaptureError(found.failure);
}

/** A link that cannot be made is no reason to do without the others. */
function makeLink(
  context: CaptureContext,
  base: string,
  { path }: Library,
  destination: Destination,
): boolean {
  const target = linkTargetOf(path, context.settings, context.provider.paths);
  if (target === null) {
    warn(context, `"${path}" is not within prefix "${context.provider.root}"`);
    return false;
  }
  try {
    destination.link(base, target);
    return true;
  } catch (error) {
    warn(context, systemFailure(error, `Cannot make the link "${base}" to "${target}"`).details);
    return false;
  }
}

function captureGlibcFamily(context: CaptureContext, request: Request, destination: Destination): void {
  const flags: Flags = { ...request.flags, ifExists: true, evenIfOlder: true };
  for (const name of GLIBC_FAMILY) {
    captureLibrary(context, { name, flags, broughtByGlibc: true }, destination);
  }
}

function warn({ onMessage }: CaptureContext, text: string): void {
  onMessage({ severity: 'warning', text });
}

/** A warning about something that `if-exists:` forgives; `quiet:` makes it a matter of debugging. */
function warnForgiven({ onMessage }: CaptureContext, { quiet }: Flags, text: string): void {
  onMessage({ severity: quiet ? 'debug' : 'warning', text });
}
