import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { formatKeptList, type KeptList, parseKeptList } from '../../src/core/overrides/kept-list.ts';
import { LaunchbenchError } from '../../src/errors.ts';
import {
  captureGraphics,
  type CapturedGraphics,
  type CaptureGraphicsOptions,
} from '../../src/launch/capture-graphics.ts';
import { provisionScenario } from '../../src/provision/provision.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { entriesBelow } from './mutate-tree.ts';
import { asStack, EXAMPLE_ORIGIN } from './scenario.ts';

/** Two trees, and overrides that are kept between starts. */
export interface KeptStack {
  readonly folder: string;
  readonly provider: string;
  readonly container: string;
  /** What the user calls the overrides. */
  readonly overrides: string;
  /** What every start is told; tests change it. */
  options: Options;
}

type Options = Omit<CaptureGraphicsOptions, 'provider' | 'container' | 'overrides' | 'strategy'>;

/** A small stack of everything that captures differ by: links, hard links, manifests, a second file of a name. */
const SCENARIO = asStack(
  parseScenario(
    readFileSync(new URL('../../scenarios/collisions.yaml', import.meta.url), 'utf8'),
    EXAMPLE_ORIGIN,
  ),
);
const HOUR_MS = 3_600_000;

/**
 * Makes the trees in a folder.
 *
 * @param isSettled - whether starts come an hour after the trees were made, so that nothing is too young to be believed.
 */
export async function aKeptStack(folder: string, { isSettled = true } = {}): Promise<KeptStack> {
  const workDir = join(folder, 'trees');
  mkdirSync(workDir, { recursive: true });
  const signal = new AbortController().signal;
  const { provider, container } = await provisionScenario(SCENARIO, { workDir, signal });
  // Whole seconds, as packages have them: JavaScript cannot set others back exactly.
  for (const place of [provider, container].flatMap(entriesBelow)) {
    if (lstatSync(place).isFile()) utimesSync(place, 1_700_000_000, 1_700_000_000);
  }
  return {
    ...{ folder, provider, container, overrides: join(folder, 'overrides') },
    options: {
      architectures: ['x86_64-linux-gnu'],
      env: { HOME: '/home/user' },
      now: isSettled ? () => Date.now() + HOUR_MS : undefined,
    },
  };
}

/** A start, which uses the overrides of those before again where it can. */
export function start(
  { provider, container, overrides, options }: KeptStack,
  more: Partial<CaptureGraphicsOptions> = {},
): Promise<CapturedGraphics> {
  return captureGraphics({ ...options, provider, container, overrides, strategy: 'reuse', ...more });
}

/** What came of a start or a capture: all that is in the overrides and was answered, or that it was refused. */
export type Left = { readonly files: Readonly<Record<string, string>>; readonly answer: object } | 'refused';

/** What a start leaves, and what called for a capture; undefined: it failed. */
export async function startAndLook(
  stack: KeptStack,
): Promise<{ readonly left: Left; readonly why: string | null | undefined }> {
  try {
    const captured = await start(stack);
    return { left: { files: filesIn(stack.overrides), answer: answerOf(captured) }, why: captured.why };
  } catch (error) {
    if (!(error instanceof LaunchbenchError)) throw error;
    if (lstatSync(stack.overrides, { throwIfNoEntry: false }) !== undefined) throw error;
    return { left: 'refused', why: undefined };
  }
}

/** What a capture in-process into a folder of its own leaves. */
export async function captureAndLook({ folder, provider, container, options }: KeptStack): Promise<Left> {
  const overrides = join(folder, 'fresh');
  try {
    const captured = await captureGraphics({ ...options, provider, container, overrides });
    return { files: filesIn(overrides), answer: answerOf(captured) };
  } catch (error) {
    if (!(error instanceof LaunchbenchError)) throw error;
    return 'refused';
  } finally {
    rmSync(overrides, { recursive: true, force: true });
  }
}

function answerOf({ captures, drivers, env, modules, notes }: CapturedGraphics): object {
  return { captures, drivers, env, modules, notes };
}

/** Every path below a folder, and what is there. */
export function filesIn(top: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  const look = (folder: string): void => {
    for (const name of readdirSync(folder === '' ? top : join(top, folder))) {
      const path = join(folder, name);
      const place = join(top, path);
      const stats = lstatSync(place);
      if (stats.isSymbolicLink()) files[path] = `link to ${readlinkSync(place)}`;
      else if (stats.isFile()) files[path] = readFileSync(place, 'latin1');
      else {
        files[path] = 'folder';
        look(path);
      }
    }
  };
  look('');
  return files;
}

/** The file that the newest overrides are kept by. */
export function listFile({ overrides }: Pick<KeptStack, 'overrides'>): string {
  return join(overrides, '..', readlinkSync(overrides), '../list');
}

export function readList(stack: KeptStack): KeptList {
  return parseKeptList(readFileSync(listFile(stack), 'utf8'));
}

export function changeList(stack: KeptStack, changes: Partial<KeptList>): void {
  writeFileSync(listFile(stack), formatKeptList({ ...readList(stack), ...changes }));
}

/** Waits until what changes next in a folder gets a later time than what changed last. */
export function nextTick(folder: string): void {
  const file = join(folder, 'tick');
  const changedNs = (): bigint => {
    writeFileSync(file, '');
    return lstatSync(file, { bigint: true }).ctimeNs;
  };
  const before = changedNs();
  // The clock of a file system ticks every 1 to 10 ms.
  while (changedNs() === before) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  rmSync(file);
}
