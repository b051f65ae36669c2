import { groupBy } from '../../group-by.ts';
import { type DriverClassName, type NoLibrary, wordFor } from '../drivers/driver.ts';
import { linkName } from '../planning/driver-patterns.ts';
import { LIBDIR } from '../planning/destinations.ts';
import type { Binding } from '../planning/plan.ts';
import type { Tuple } from '../sysroot/architectures.ts';
import {
  createLossExplainer,
  type ExplainLoss,
  type Loss,
  lost,
  NEEDS_WHAT_IS_MISSING,
} from './explain-loss.ts';
import type { ArchitectureCapture } from './run-plan.ts';
import type { CaptureSession } from './server.ts';

/** What became of one driver on one architecture. */
export interface DriverOutcome {
  readonly arch: Tuple;
  readonly driverClass: DriverClassName;
  /** Its library: a path in the provider or a SONAME; of a driver without one, its manifest. */
  readonly library: string;
  /** `skipped`: there is nothing to capture here; `not-captured`: there should be, and it was not. */
  readonly outcome: 'captured' | 'not-captured' | 'skipped';
  /** Why it was not captured; null: it was. */
  readonly reason: string | null;
  /** Names of libraries that the provider would have to have. */
  readonly missing: readonly string[];
}

/**
 * What became of each driver that was offered, in order. One that is looked up by SONAME was captured when its link
 * is there: plans of batches do not look.
 *
 * @param warnings - what the capture tool said, for what is lost though the provider seems to have all of it.
 */
export function driverOutcomes(
  captures: readonly ArchitectureCapture[],
  session: CaptureSession,
  warnings: Iterable<string> = [],
): readonly DriverOutcome[] {
  const explainFromWarnings = createWarningsExplainer(warnings);
  return captures.flatMap((capture) => {
    const explainFromProvider = createLossExplainer(session, capture.arch);
    const explain: ExplainLoss = (library) => explainFromProvider(library) ?? explainFromWarnings(library);
    return capture.bindings.map((binding) => outcomeOf(binding, capture, explain));
  });
}

function outcomeOf(
  binding: Binding,
  { arch, links }: ArchitectureCapture,
  explain: ExplainLoss,
): DriverOutcome {
  const { driverClass, library, manifest } = binding.driver;
  if (library.kind === 'none') {
    const word = library.written ?? manifest?.path ?? '';
    return {
      arch,
      driverClass,
      library: word,
      outcome: 'skipped',
      reason: REASONS[library.reason],
      missing: [],
    };
  }
  const about = { arch, driverClass, library: wordFor(library) };
  const isCaptured =
    binding.kind === 'soname'
      ? (links.get(LIBDIR)?.has(linkName(library)) ?? false)
      : binding.kind !== 'nonexistent';
  if (isCaptured) return { ...about, outcome: 'captured', reason: null, missing: [] };
  return { ...about, ...(explain(library) ?? lost('the capture tool made no link')) };
}

/** The words of every capture tool. Source: our capture-tool specification, section 11. */
const PASSED_OVER = /^Dependencies of (.+?) not found, ignoring: (.*)$/u;

/** What the first warning about a library says of it. */
function createWarningsExplainer(warnings: Iterable<string>): ExplainLoss {
  const byName = new Map<string, Loss>();
  for (const warning of warnings) {
    const [, passedOver, details = ''] = PASSED_OVER.exec(warning) ?? [];
    if (passedOver === undefined) continue;
    const name = passedOver.slice(passedOver.lastIndexOf('/') + 1);
    const [, quoted, bare] = /"([^"/]+)"|\b(lib[^\s"/:,]+\.so[^\s"/:,]*)/u.exec(details) ?? [];
    const missing = quoted ?? bare;
    if (byName.has(name)) continue;
    byName.set(name, missing === undefined ? lost(warning) : lost(NEEDS_WHAT_IS_MISSING, [missing]));
  }
  return (library) => byName.get(linkName(library)) ?? null;
}

/** The warnings that say more of a driver than its outcome does. */
export function withoutExplained(
  warnings: Iterable<string>,
  outcomes: readonly DriverOutcome[],
): readonly string[] {
  const lost = outcomes.filter(({ missing }) => missing.length > 0);
  const byLibrary = groupBy(lost, ({ library }) => library);
  return [...warnings].filter((line) => {
    const [, passedOver = ''] = PASSED_OVER.exec(line) ?? [];
    // Nearly every warning is about one driver, by the name that it was asked for.
    const about = byLibrary.get(passedOver) ?? lost;
    return !about.some(
      ({ library, missing }) => line.includes(library) && missing.some((name) => line.includes(name)),
    );
  });
}

const REASONS: Readonly<Record<NoLibrary, string>> = {
  'meta-layer': 'it is made of other layers',
  'other-architecture': 'its manifest names another architecture',
  'dynamic-tokens': 'its path has tokens that only a dynamic linker replaces',
  'never-captured': 'it is known not to work in a container',
};

/** `libGLX_nvidia.so.0 (vulkan-icd) was not captured: what it needs is missing: libnvidia-glsi.so.570.86`. */
export function describeOutcome({ library, driverClass, outcome, reason, missing }: DriverOutcome): string {
  const verb = outcome === 'captured' ? 'captured' : outcome === 'skipped' ? 'skipped' : 'not captured';
  return [`${library} (${driverClass}): ${verb}`, reason, missing.join(', ')]
    .filter((part) => part !== null && part !== '')
    .join(': ');
}
