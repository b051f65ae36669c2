import { UsageError } from '../../errors.ts';
import { CaptureError } from './capture-error.ts';
import { readCommandLine, RemapError, usageOf, type Order } from './command-line.ts';
import { baseName } from './paths.ts';
import { processArguments } from './process-bytes.ts';
import { createReporter, print, STANDARD_ERROR, STANDARD_OUTPUT, type Reporter } from './reporter.ts';

/** Statuses of this program; `launchbench` has others. */
const STATUS = { done: 0, failed: 1, usage: 2 } as const;
type Status = (typeof STATUS)[keyof typeof STATUS];

/** Any of these in CAPSULE_DEBUG asks for messages that help to debug. */
const DEBUG_WORDS = /path|search|ldcache|capsule|mprotect|wrappers|reloc|elf|dlfunc|tool|all/;

/** The program `capture-libs`, our drop-in for capsule-capture-libs. */
async function main(): Promise<Status> {
  const program = baseName(process.argv[1] ?? 'capture-libs');
  const reporter = createReporter(program, DEBUG_WORDS.test(process.env['CAPSULE_DEBUG'] ?? ''));
  let order: Order;
  try {
    order = readCommandLine(processArguments(), {
      program,
      posixlyCorrect: process.env['POSIXLY_CORRECT'] !== undefined,
      onLevelPrefix: reporter.useLevelPrefix,
    });
  } catch (error) {
    return refuse(error, program, reporter);
  }
  switch (order.kind) {
    case 'print':
      print(STANDARD_OUTPUT, order.text);
      return STATUS.done;
    case 'capture': {
      // Evaluated only now: whoever asks for the dynamic linker does not wait for it.
      const { runOrder } = await import('./run-order.ts');
      return runOrder(order.order, reporter) ? STATUS.done : STATUS.failed;
    }
  }
}

function refuse(error: unknown, program: string, reporter: Reporter): Status {
  if (error instanceof CaptureError) {
    reporter.failure(error);
    return STATUS.failed;
  }
  if (error instanceof RemapError) {
    reporter.error(error.message);
    return STATUS.failed;
  }
  if (!(error instanceof UsageError)) throw error;
  reporter.error(error.message);
  print(STANDARD_ERROR, usageOf(program));
  return STATUS.usage;
}

// Last, as all that stands above must be there.
void main().then((status) => {
  process.exitCode = status;
});
