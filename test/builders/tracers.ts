import { fileURLToPath } from 'node:url';
import { installedTracer } from '../../src/launch/installed-helper.ts';
import { findTracer, type Tracer, type TracerKind } from '../../src/trace/tracer.ts';
import { installed } from './needs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Our own tracer, which the set-up of all tests compiles; null where there is no C compiler. */
export function compiledTracer(): string | null {
  return installed('cc') === null ? null : installedTracer(root, {});
}

/** The tracers that this machine has. */
export const TRACER_KINDS: readonly TracerKind[] = [
  ...(compiledTracer() === null ? [] : ['launch-tracer' as const]),
  ...(installed('strace') === null ? [] : ['strace' as const]),
];

const tracers = new Map<TracerKind, Promise<Tracer>>();

/** A tracer of this kind, which is asked once for all tests whether it may trace. */
export async function aTracer(kind: TracerKind): Promise<Tracer> {
  const found =
    tracers.get(kind) ??
    findTracer({
      ownPath: kind === 'strace' ? null : compiledTracer(),
      path: process.env['PATH'],
    });
  tracers.set(kind, found);
  const tracer = await found;
  if (tracer.kind !== kind) throw new Error(`${kind} may not trace here`);
  return tracer;
}
