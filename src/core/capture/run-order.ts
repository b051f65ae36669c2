import { mkdirSync } from 'node:fs';
import { fsPath } from '../sysroot/byte-text.ts';
import { systemErrno } from '../sysroot/read-file.ts';
import { createCapturer } from './capture.ts';
import { CaptureError, failure, systemFailure } from './capture-error.ts';
import type { CaptureOrder } from './command-line.ts';
import { loadKnowledge } from './compare/knowledge.ts';
import { parseMethodNames, type MethodName } from './compare/method-names.ts';
import type { MessageWriter } from './message-writer.ts';
import { holdDestination } from './write-links.ts';

/**
 * Does what the command line and LD_LIBRARY_PATH ask for. Each step fails before the next is tried; links made so far stay.
 *
 * @returns whether all was captured or forgiven; what was not has been told.
 */
export function runOrder(
  order: CaptureOrder,
  libraryPath: string | undefined,
  messages: MessageWriter,
): boolean {
  try {
    makeDestination(order.dest);
    const compareBy = parseCompareBy(order.compareBy);
    const knowledge = order.knowledgeFile === null ? undefined : loadKnowledge(order.knowledgeFile);
    const destination = holdGivenDestination(order.dest);
    try {
      // As strategies ask for drivers: 20 libraries for one of them, most of which are only looked for.
      const withoutDependencies = order.patterns.every((pattern) => pattern.startsWith('no-dependencies:'));
      const settings = { ...order, compareBy, knowledge, libraryPath, withoutDependencies };
      const capturer = createCapturer(settings, messages.message);
      for (const pattern of order.patterns) capturer.capture(pattern, destination);
      return true;
    } finally {
      destination.close();
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    messages.failure(error);
    return false;
  }
}

function makeDestination(dest: string): void {
  if (dest === '.') return;
  try {
    mkdirSync(fsPath(dest), 0o755);
  } catch (error) {
    if (systemErrno(error) === EEXIST) return;
    throw new CaptureError(systemFailure(error, `Cannot make "${dest}"`), { cause: error });
  }
}

const EEXIST = 17;

function holdGivenDestination(dest: string): ReturnType<typeof holdDestination> {
  try {
    return holdDestination(dest);
  } catch (error) {
    throw new CaptureError(systemFailure(error, `Cannot use "${dest}"`), { cause: error });
  }
}

function parseCompareBy(list: string): readonly MethodName[] {
  const words = list.split(',').filter((word) => word !== '');
  return parseMethodNames(
    words,
    (word, known) => new CaptureError(failure('INVALID', `--compare-by: "${word}" is not one of ${known}`)),
  );
}
