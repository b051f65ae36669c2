import { groupBy } from '../group-by.ts';
import { formatCommandLine } from '../shell-words.ts';
import { maskSecrets, replaceTemporaryPaths } from './mask-secrets.ts';

/** A launch, as far as its label depends on it. */
export interface LabelledLaunch {
  readonly executable: string;
  readonly argv: readonly string[];
  readonly purpose: string;
  readonly arch: string | null;
}

/**
 * What a launch is for, in a few words that stay the same from run to run: `driver vulkan libvulkan_intel.so x86_64`,
 * `main x86_64`; for a launch that captures nothing the executable and its arguments. It depends on that
 * launch alone, so a new launch renames no other. Our measurement specification, section 9.4.
 */
export function launchLabel(launch: LabelledLaunch): string {
  const { purpose, arch, argv } = launch;
  if (arch === null) return commandLabel(launch);
  const machine = arch.split('-', 1)[0] ?? arch;
  switch (purpose) {
    case 'driver':
    case 'driver-numbered':
    case 'driver-soname':
      // The number of a directory depends on how many drivers collide, so it is no part of the name.
      return words('driver', classDirectory(argv), ...targetsOf(argv).map(fileName), machine);
    case 'driver-batch':
      return words('driver-batch', classDirectory(argv), machine);
    case 's2tc':
      return words('s2tc', ...targetsOf(argv).map(folderOf), machine);
    default:
      return words(purpose, machine);
  }
}

/** Launches by their label; sorted, so that the same launches give the same text. */
export function launchesByLabel<Launch extends LabelledLaunch>(
  launches: readonly Launch[],
): ReadonlyMap<string, readonly Launch[]> {
  return new Map([...groupBy(launches, launchLabel)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How often each label occurs, sorted. */
export function countLabels(launches: readonly LabelledLaunch[]): ReadonlyMap<string, number> {
  return new Map([...launchesByLabel(launches)].map(([label, same]) => [label, same.length]));
}

/** The name of an executable wherever it lies; our own tool has one name in both of its forms. */
export function executableName(executable: string): string {
  const name = fileName(executable);
  return name === 'capture-libs.cjs' ? 'capture-libs' : name;
}

/** Longer labels are cut: what is left out is told apart by a number made from the whole. */
const LONGEST_LABEL = 100;

function commandLabel({ executable, argv }: LabelledLaunch): string {
  const rest = maskSecrets(argv.slice(1)).map(replaceTemporaryPaths);
  const label = words(executableName(executable), formatCommandLine(rest));
  return label.length <= LONGEST_LABEL
    ? label
    : `${label.slice(0, LONGEST_LABEL)}… #${hash(label).toString(16).padStart(8, '0')}`;
}

/** The directory below libdir that a capture goes to, without the number that tells colliding drivers apart. */
function classDirectory(argv: readonly string[]): string {
  const dest = argv[argv.indexOf('--dest') + 1] ?? '';
  const below = /\/lib\/(?:[^/]+-linux-[^/]+(?:\/|$))?(.*)$/u.exec(dest)?.[1] ?? '';
  return below.replace(/\/\d+$/u, '');
}

/** What the patterns of a capture call are about: `no-dependencies:if-exists:path:/usr/lib/x.so` → `/usr/lib/x.so`. */
function targetsOf(argv: readonly string[]): readonly string[] {
  return argv.slice(argv.indexOf('--dest') + 2).map((pattern) => pattern.replace(/^(?:[a-z0-9-]+:)+/u, ''));
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

/** 32 bits of FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}
