import { UsageError } from '../../errors.ts';
import { CaptureError } from './capture-error.ts';
import { readCommandLine, RemapError, usageOf, type Order } from './command-line.ts';
import {
  createMessageWriter,
  STANDARD_ERROR,
  STANDARD_OUTPUT,
  type Print,
  type MessageWriter,
} from './message-writer.ts';

/** Statuses of this program; `launchbench` has others. */
const STATUS = { done: 0, failed: 1, usage: 2 } as const;
type Status = (typeof STATUS)[keyof typeof STATUS];

/** Any of these in CAPSULE_DEBUG asks for messages that help to debug. */
const DEBUG_WORDS = /path|search|ldcache|capsule|mprotect|wrappers|reloc|elf|dlfunc|tool|all/;

/** What the program is called by, the variables that it heeds, and where its words go. */
export interface Surroundings {
  readonly program: string;
  readonly env: Readonly<Record<'CAPSULE_DEBUG' | 'LD_LIBRARY_PATH' | 'POSIXLY_CORRECT', string | undefined>>;
  readonly print: Print;
}

/** The program `capture-libs`, our drop-in for capsule-capture-libs. */
export async function captureLibs(
  args: readonly string[],
  { program, env, print }: Surroundings,
): Promise<Status> {
  const messages = createMessageWriter(program, {
    print,
    showDebug: DEBUG_WORDS.test(env.CAPSULE_DEBUG ?? ''),
  });
  let order: Order;
  try {
    order = readCommandLine(args, {
      program,
      posixlyCorrect: env.POSIXLY_CORRECT !== undefined,
      onLevelPrefix: messages.useLevelPrefix,
    });
  } catch (error) {
    return refuse(error, program, messages, print);
  }
  switch (order.kind) {
    case 'print':
      print(STANDARD_OUTPUT, order.text);
      return STATUS.done;
    case 'capture': {
      // Evaluated only now: whoever asks for the dynamic linker does not wait for it.
      const { runOrder } = await import('./run-order.ts');
      return runOrder(order.order, env.LD_LIBRARY_PATH, messages) ? STATUS.done : STATUS.failed;
    }
  }
}

function refuse(error: unknown, program: string, messages: MessageWriter, print: Print): Status {
  if (error instanceof CaptureError) {
    messages.failure(error);
    return STATUS.failed;
  }
  if (error instanceof RemapError) {
    messages.error(error.message);
    return STATUS.failed;
  }
  if (!(error instanceof UsageError)) throw error;
  messages.error(error.message);
  print(STANDARD_ERROR, usageOf(program));
  return STATUS.usage;
}
