import { chmodSync, lstatSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FormatError } from '../../errors.ts';
import { systemErrorWords } from '../../system-errors.ts';
import { VERSION } from '../../version.ts';
import { homeOfUser } from '../drivers/manifest-files.ts';
import { decodeBytes, fsPath } from '../sysroot/byte-text.ts';
import { createInspector, type Inspector } from '../sysroot/inspector.ts';
import { isUnusableFile, readRegularFile } from '../sysroot/read-file.ts';
import { recordDependencies, stampAt, whatChanged } from './file-dependencies.ts';
import {
  abandonGeneration,
  currentGeneration,
  type Generation,
  newGeneration,
  putInPlace,
} from './generations.ts';
import type { KeptAnswer } from './kept-answer.ts';
import { formatKeptList, type KeptList, parseKeptList } from './kept-list.ts';
import { explainingFailures } from './overrides-tree.ts';
import { loadedNvidiaVersion } from './provider-facts.ts';
import { changedVariable, type Environment, recordEnvironment } from './recorded-environment.ts';

/** Overrides that are wanted, and how they are captured where those that are there will not do. */
export interface ReuseRequest {
  /** Nothing, an empty folder, or what an earlier call made: a link, which leads to the overrides. */
  readonly overrides: string;
  /** Everything that was asked for and changes the answer, as text: trees, edition, architectures, paths, options. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The host's environment. */
  readonly env: Environment;
  /** Whether to capture though nothing changed. */
  readonly fresh: boolean;
  /** The time of day in milliseconds; `Date.now` unless told. */
  readonly now?: (() => number) | undefined;
  /**
   * Opens the trees, discovers and captures. All that is read must be read through this inspector, and all variables be
   * asked of this environment: that is how it is known what the answer depends on.
   */
  readonly capture: (through: CaptureThrough) => Promise<KeptAnswer>;
}

/** What a capture that is to be kept works with. */
export interface CaptureThrough {
  readonly inspector: Inspector;
  readonly env: Environment;
  /** Folder to capture into, which is not there yet. */
  readonly overrides: string;
}

/** Overrides that are as a capture would leave them now. */
export interface ReusedOverrides {
  readonly reused: boolean;
  /** What called for a capture, in one line; null: nothing did. */
  readonly why: string | null;
  readonly answer: KeptAnswer;
  /** Why the next start will not use them again; null: it will, where nothing changes. */
  readonly doubt: string | null;
  /** The folder that `overrides` leads to, which later calls leave as it is. */
  readonly folder: string;
}

/**
 * Uses overrides again where nothing changed that they depend on; else, and where that is in doubt, captures anew beside
 * them and puts the new ones in their place.
 *
 * What is compared is what `lstat` tells of every place in both trees that was looked at, the variables that were read,
 * what was asked for, and the overrides. So nothing is opened but the list of all that.
 *
 * @throws UsageError when something else is where the overrides should be; EnvironmentError when they cannot be written;
 * and what `capture` throws: then there are no overrides.
 */
export async function reuseOverrides(request: ReuseRequest): Promise<ReusedOverrides> {
  const dir = resolve(request.overrides);
  const before = currentGeneration(dir);
  const inputs = { ...request.inputs, ...ownInputs(request.env) };
  const kept = request.fresh
    ? changed('a capture was asked for')
    : before === null
      ? changed('there were no overrides')
      : lookAtKept(before, inputs, request.env);
  if (kept.kind === 'unchanged') {
    return { reused: true, why: null, answer: kept.answer, doubt: null, folder: kept.folder };
  }
  const made = newGeneration(dir);
  try {
    const { answer, doubt } = await captureAndKeep(made, inputs, request);
    putInPlace(dir, made, before);
    return { reused: false, why: kept.why, answer, doubt, folder: made.overrides };
  } catch (error) {
    abandonGeneration(dir, made, before);
    throw error;
  }
}

/**
 * Options as inputs.
 *
 * @param except - those that do not change the answer.
 * @param nameOf - what the user calls an option.
 */
export function toInputs(
  options: Readonly<Record<string, unknown>>,
  except: ReadonlySet<string>,
  nameOf = (name: string): string => name,
): ReuseRequest['inputs'] {
  return Object.fromEntries(
    Object.entries(options)
      .filter(([name, value]) => !except.has(name) && value !== undefined)
      .map(([name, value]) => [nameOf(name), JSON.stringify(value)]),
  );
}

/** What the answer depends on whatever is asked for. */
function ownInputs(env: Environment): Readonly<Record<string, string>> {
  return {
    'our version': VERSION,
    'our program': programStamp(),
    // What may be read, and what may not.
    user: [process.geteuid?.(), process.getegid?.(), ...(process.getgroups?.() ?? [])].join(' '),
    machine: arch(),
    'the home directory': env['HOME'] === undefined ? homeOfUser() : '',
    "NVIDIA's kernel module": loadedNvidiaVersion() ?? '',
  };
}

function programStamp(): string {
  const [, program] = process.argv;
  try {
    return program === undefined ? '' : stampAt(realpathSync(program)).stamp;
  } catch {
    // It was taken away while it runs.
    return '';
  }
}

/** Larger than the list of ten thousand drivers. */
const MAX_LIST_BYTES = 256 * 1024 * 1024;

/** What came of looking at the overrides of earlier starts. */
type Kept =
  | { readonly kind: 'unchanged'; readonly answer: KeptAnswer; readonly folder: string }
  | { readonly kind: 'changed'; readonly why: string };

function changed(why: string): Kept {
  return { kind: 'changed', why };
}

function lookAtKept({ list, overrides }: Generation, inputs: KeptList['inputs'], env: Environment): Kept {
  let kept: KeptList;
  try {
    kept = parseKeptList(readRegularFile(list, MAX_LIST_BYTES).toString('utf8'));
  } catch (error) {
    if (!isUnusableFile(error)) throw error;
    const words = error instanceof FormatError ? error.message : systemErrorWords(error);
    return changed(`the list of what the overrides depend on cannot be used: ${words}`);
  }
  const names = Object.keys({ ...inputs, ...kept.inputs });
  const option = names.find((name) => inputs[name] !== kept.inputs[name]);
  if (option !== undefined) return changed(`${option} changed`);
  const variable = changedVariable(kept.variables, env);
  if (variable !== null) return changed(`the variable ${variable} changed`);
  const inTrees = kept.doubt ?? whatChanged(kept.places);
  if (inTrees !== null) return changed(inTrees);
  const inOverrides = whatChanged(kept.left, overrides);
  if (inOverrides !== null) return changed(`in the overrides, ${inOverrides}`);
  return { kind: 'unchanged', answer: kept.answer, folder: overrides };
}

async function captureAndKeep(
  { overrides, list }: Generation,
  inputs: KeptList['inputs'],
  { env, capture, now = Date.now }: ReuseRequest,
): Promise<{ readonly answer: KeptAnswer; readonly doubt: string | null }> {
  const record = recordDependencies(now());
  const variables = recordEnvironment(env);
  const inspector = createInspector(record.onLook);
  const answer = await capture({ inspector, env: variables.env, overrides });
  const { places, links, doubt } = record.dependencies();
  const { left, changedNs } = asLeft(overrides);
  explainingFailures(() => {
    writeFileSync(list, '', { flag: 'wx', mode: 0o600 });
  });
  const hasTicked = await clockTicks(list, changedNs);
  const kept: KeptList = {
    inputs,
    variables: variables.read(),
    doubt:
      doubt ??
      (variables.wasListed() ? 'the whole environment was read' : null) ??
      (hasTicked ? null : 'the clock of the file system stood still'),
    places,
    links,
    left,
    answer,
  };
  explainingFailures(() => {
    writeFileSync(list, formatKeptList(kept));
  });
  return { answer, doubt: kept.doubt };
}

/** Every folder and file of the overrides. A link is made and removed, never changed: the time of its folder tells. */
function asLeft(overrides: string): { readonly left: readonly string[]; readonly changedNs: bigint } {
  const left: string[] = [];
  let newest = 0n;
  const add = (path: string): void => {
    const { stamp, changedNs } = stampAt(overrides + path);
    left.push(path, stamp);
    if (changedNs > newest) newest = changedNs;
  };
  const addFolder = (path: string): void => {
    add(path);
    const entries = readdirSync(fsPath(overrides + path), { withFileTypes: true, encoding: 'buffer' });
    for (const entry of entries) {
      const below = `${path}/${decodeBytes(entry.name)}`;
      if (entry.isDirectory()) addFolder(below);
      else if (!entry.isSymbolicLink()) add(below);
    }
  };
  addFolder('');
  return { left, changedNs: newest };
}

/** Longer than a tick of any file system. */
const LONGEST_WAIT_MS = 2_500;

/**
 * Waits until what changes now gets a later time than what changed last, so that every change is seen; a few
 * milliseconds where times are kept as Linux keeps them.
 *
 * @returns whether that came about.
 */
async function clockTicks(file: string, lastChangedNs: bigint): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < LONGEST_WAIT_MS; waitedMs++) {
    chmodSync(file, 0o600);
    if (lstatSync(file, { bigint: true }).ctimeNs > lastChangedNs) return true;
    await sleep(1);
  }
  return false;
}
