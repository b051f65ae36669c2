// What a fresh process does for the benchmark first-capture.ts, and what that took; bundled, so that nothing but node
// and this is loaded. Its one argument is a `CaptureOnce` as JSON, its answer a line with a `CaptureCost`.
import { closeSync, mkdirSync, openSync, readSync, symlinkSync } from 'node:fs';
import { captureStack } from '../../../src/core/overrides/capture-stack.ts';
import { STRATEGIES } from '../../../src/core/overrides/strategies.ts';
import { discoverDrivers } from '../../../src/core/editions/discover-drivers.ts';
import { createInspector } from '../../../src/core/sysroot/inspector.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { NOTHING_LAUNCHED } from '../../../src/runner/stack-capture.ts';

/** What is to be done. */
export type CaptureOnce =
  /** The least that any capture does: a look into each file, and the links. */
  | {
      readonly kind: 'floor';
      readonly files: readonly string[];
      readonly folders: readonly string[];
      readonly links: readonly (readonly [path: string, target: string])[];
    }
  /** Discovery and capture, once into each of these folders; what is read for one is forgotten before the next. */
  | {
      readonly kind: 'capture';
      readonly provider: string;
      readonly container: string;
      readonly overrides: readonly string[];
    };

/** CPU time of each part, milliseconds, in the order in which they were done. */
export interface CaptureCost {
  readonly parts: readonly { readonly name: 'floor' | 'discovery' | 'capture'; readonly cpuMs: number }[];
  /** Of the last capture. */
  readonly drivers: number;
  readonly manifests: readonly string[];
}

const order = JSON.parse(process.argv[2] ?? '') as CaptureOnce;
const parts: { name: 'floor' | 'discovery' | 'capture'; cpuMs: number }[] = [];
let lastCpu = process.cpuUsage();
let drivers = 0;
let manifests: readonly string[] = [];

if (order.kind === 'floor') touch(order);
else for (const overrides of order.overrides) await captureInto(overrides, order);
process.stdout.write(`${JSON.stringify({ parts, drivers, manifests } satisfies CaptureCost)}\n`);

function touch({ files, folders, links }: Extract<CaptureOnce, { kind: 'floor' }>): void {
  const bytes = Buffer.allocUnsafe(4096);
  for (const file of files) {
    const fd = openSync(file, 'r');
    for (let piece = 0; piece < 3; piece++) readSync(fd, bytes, 0, bytes.length, piece * bytes.length);
    closeSync(fd);
  }
  for (const folder of folders) mkdirSync(folder);
  for (const [path, target] of links) symlinkSync(target, path);
  took('floor');
}

async function captureInto(
  overrides: string,
  trees: Extract<CaptureOnce, { kind: 'capture' }>,
): Promise<void> {
  const inspector = createInspector();
  const provider = openSysroot(trees.provider, { inspector });
  const container = openSysroot(trees.container, { inspector });
  const { env } = process;
  const discovered = discoverDrivers({ provider, architectures: ['x86_64-linux-gnu'], env, cwd: '/' });
  took('discovery');
  await captureStack({
    ...{ provider, container, overrides, drivers: discovered, env, libraryPath: undefined },
    strategy: STRATEGIES['in-process'],
    launching: NOTHING_LAUNCHED,
    providerInContainer: '/run/host',
    overridesInContainer: '/overrides',
  });
  took('capture');
  const all = [...discovered.values()].flat();
  drivers = all.length;
  manifests = [...new Set(all.flatMap(({ manifest }) => (manifest === null ? [] : [manifest.path])))];
}

function took(name: 'floor' | 'discovery' | 'capture'): void {
  const { user, system } = process.cpuUsage(lastCpu);
  lastCpu = process.cpuUsage();
  parts.push({ name, cpuMs: (user + system) / 1000 });
}
