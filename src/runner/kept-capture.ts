import { discoverDrivers } from '../core/drivers/discover.ts';
import { captureStack } from '../core/overrides/capture-stack.ts';
import { toKeptAnswer } from '../core/overrides/kept-answer.ts';
import { DEFAULT_OVERRIDES_IN_CONTAINER } from '../core/overrides/places.ts';
import { type CaptureThrough, reuseOverrides, type ReusedOverrides } from '../core/overrides/reuse.ts';
import { STRATEGIES } from '../core/overrides/strategies.ts';
import { openSysroot } from '../core/sysroot/sysroot.ts';
import { type CaptureRequest, formatCaptureRequest } from './capture-request.ts';
import { examineOverrides, NOTHING_LAUNCHED, type StackCapture } from './stack-capture.ts';

/**
 * Prepares a start with overrides that stay. Discovery is timed, too, which a start that uses overrides again does without.
 *
 * @param request - its `overrides` are where earlier starts have put theirs, if there were any
 */
export function prepareKeptCapture(request: CaptureRequest): StackCapture {
  const { edition, env, overrides, providerInContainer } = request;
  let done: ReusedOverrides | null = null;
  return {
    async run() {
      done = await reuseOverrides({
        ...{ overrides, env, fresh: false },
        inputs: { request: formatCaptureRequest(request).join('\n') },
        capture: (through) => captureThrough(request, through),
      });
      return done.why;
    },
    examine() {
      if (done === null) throw new Error('nothing was captured');
      const places = {
        ...{ edition, providerInContainer, overridesInContainer: DEFAULT_OVERRIDES_IN_CONTAINER },
        overrides: done.folder,
        provider: openSysroot(request.provider.root, request.provider),
      };
      return examineOverrides(places, done.answer.captures);
    },
  };
}

async function captureThrough(request: CaptureRequest, { inspector, env, overrides }: CaptureThrough) {
  const { edition, imports, architectures, cwd, providerInContainer } = request;
  const provider = openSysroot(request.provider.root, { ...request.provider, inspector });
  const container = openSysroot(request.container.root, { ...request.container, inspector });
  const drivers = discoverDrivers({ provider, edition, architectures, env, cwd, imports });
  const captured = await captureStack({
    ...{ provider, container, drivers, edition, imports, env, overrides, providerInContainer },
    strategy: STRATEGIES[request.strategy],
    overridesInContainer: DEFAULT_OVERRIDES_IN_CONTAINER,
    libraryPath: env['LD_LIBRARY_PATH'],
    launching: NOTHING_LAUNCHED,
  });
  return toKeptAnswer(captured, { edition, drivers, notes: [] });
}
