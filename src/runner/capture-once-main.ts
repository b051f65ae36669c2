// Captures once in its life, as a launcher does, and says what that took: a process that has captured before is
// quicker, because the just-in-time compiler has done its work (our measurement specification, 2.6a). Its arguments are
// those of capture-request.ts; what it reads and answers is in fresh-process.ts. Bundled into one file; imports no package.
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { discoverDrivers } from '../core/drivers/discover.ts';
import { STRATEGIES } from '../core/overrides/strategies.ts';
import { openSysroot, type Sysroot } from '../core/sysroot/sysroot.ts';
import { SysrootError } from '../errors.ts';
import { parseCaptureRequest, type TreePlace } from './capture-request.ts';
import { prepareKeptCapture } from './kept-capture.ts';
import { NOTHING_LAUNCHED, prepareStackCapture, type StackCapture } from './stack-capture.ts';
import type { SelfMeasured } from './take-sample.ts';

const request = parseCaptureRequest(process.argv.slice(2));
const capture = STRATEGIES[request.strategy].keepsOverrides ? prepareKeptCapture(request) : prepareCapture();
answer({ ready: true });
createInterface({ input: process.stdin }).on('line', (word) => {
  if (word === 'capture') void captureMeasured().then(answer);
  else if (word === 'examine') answer(capture.examine());
});

function prepareCapture(): StackCapture {
  return prepareStackCapture({
    ...request,
    strategy: STRATEGIES[request.strategy],
    drivers: discoverDrivers({ ...request, provider: open(request.provider) }),
    // Opened anew, so that nothing that the discovery has read is known to the capture.
    provider: open(request.provider),
    container: open(request.container),
    launching: NOTHING_LAUNCHED,
  });
}

function open({ root, confined }: TreePlace): Sysroot {
  return openSysroot(root, { confined });
}

function answer(reply: object): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

/** What the capture took; why the trees cannot be captured where that is the answer. Anything else ends this process. */
async function captureMeasured(): Promise<object> {
  forgetPeak();
  const before = process.resourceUsage();
  const startNs = process.hrtime.bigint();
  let why: string | null;
  try {
    why = await capture.run();
  } catch (error) {
    if (!(error instanceof SysrootError)) throw error;
    return { failed: error.message, hint: error.hint ?? null };
  }
  const endNs = process.hrtime.bigint();
  const after = process.resourceUsage();
  return {
    why,
    wallNs: Number(endNs - startNs),
    userUs: after.userCPUTime - before.userCPUTime,
    systemUs: after.systemCPUTime - before.systemCPUTime,
    maxRssKib: peakRssKib(),
    minorFaults: after.minorPageFault - before.minorPageFault,
    majorFaults: after.majorPageFault - before.majorPageFault,
    voluntarySwitches: after.voluntaryContextSwitches - before.voluntaryContextSwitches,
    involuntarySwitches: after.involuntaryContextSwitches - before.involuntaryContextSwitches,
  } satisfies SelfMeasured & { readonly why: string | null };
}

/** Sets the peak back to what is resident now, so that start-up is not in it. Source: proc(5), /proc/PID/clear_refs. */
function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // A kernel without it: the peak is then that of the whole process.
  }
}

/** Unlike that of getrusage(2), this peak does not begin at the size of the process that started us. */
function peakRssKib(): number | null {
  try {
    const kib = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib);
  } catch {
    return null;
  }
}
