import { mkdirSync } from 'node:fs';
import { UsageError } from '../../errors.ts';
import { fsPath } from '../sysroot/byte-text.ts';
import { systemErrno } from '../sysroot/read-file.ts';
import { createCapturer } from './capture.ts';
import { CaptureError, failure, systemFailure } from './capture-error.ts';
import { readCommandLine, type CaptureOrder } from './command-line.ts';
import { loadKnowledge } from './compare/knowledge.ts';
import { isMethodName, METHOD_NAMES, type MethodName } from './compare/method-names.ts';
import { baseName } from './paths.ts';
import { environmentVariable, processArguments } from './process-bytes.ts';
import { usage } from './program-options.ts';
import { createReporter, print, STANDARD_ERROR, STANDARD_OUTPUT, type Reporter } from './reporter.ts';
import type { Destination } from './settings.ts';
import { holdDestination } from './write-links.ts';

/** Statuses of this program; `launchbench` has others. */
const STATUS = { done: 0, failed: 1, usage: 2 } as const;

/** Any of these in CAPSULE_DEBUG asks for messages that help to debug. */
const DEBUG_WORDS = /path|search|ldcache|capsule|mprotect|wrappers|reloc|elf|dlfunc|tool|all/;

/** The program `capture-libs`, our drop-in for capsule-capture-libs. */
function main(): (typeof STATUS)[keyof typeof STATUS] {
  const program = baseName(process.argv[1] ?? 'capture-libs');
  const reporter = createReporter(program, DEBUG_WORDS.test(process.env['CAPSULE_DEBUG'] ?? ''));
  try {
    const order = readCommandLine(processArguments(), {
      program,
      posixlyCorrect: process.env['POSIXLY_CORRECT'] !== undefined,
      onLevelPrefix: reporter.useLevelPrefix,
    });
    switch (order.kind) {
      case 'print':
        print(STANDARD_OUTPUT, order.text);
        break;
      case 'capture':
        capture(order.order, reporter);
    }
    return STATUS.done;
  } catch (error) {
    if (error instanceof CaptureError) {
      reporter.error(`code ${error.errno}: ${error.message}`);
      return STATUS.failed;
    }
    if (!(error instanceof UsageError)) throw error;
    reporter.error(error.message);
    print(STANDARD_ERROR, usage(program));
    return STATUS.usage;
  }
}

/** Each step fails before the next is tried; links made so far stay. */
function capture(order: CaptureOrder, reporter: Reporter): void {
  makeDestination(order.dest);
  const compareBy = parseCompareBy(order.compareBy);
  const knowledge = order.knowledgeFile === null ? undefined : loadKnowledge(order.knowledgeFile);
  const destination = openGivenDestination(order.dest);
  const libraryPath = environmentVariable('LD_LIBRARY_PATH');
  const capturer = createCapturer({ ...order, compareBy, knowledge, libraryPath }, reporter.message);
  for (const pattern of order.patterns) capturer.capture(pattern, destination);
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

function openGivenDestination(dest: string): Destination {
  try {
    return holdDestination(dest);
  } catch (error) {
    throw new CaptureError(systemFailure(error, `Cannot use "${dest}"`), { cause: error });
  }
}

function parseCompareBy(list: string): readonly MethodName[] {
  const words = list.split(',').filter((word) => word !== '');
  const unknown = words.find((word) => !isMethodName(word));
  if (unknown === undefined) return words.filter(isMethodName);
  const known = METHOD_NAMES.join(', ');
  throw new CaptureError(failure('INVALID', `--compare-by: "${unknown}" is not one of ${known}`));
}

// Last, as all that stands above must be there.
process.exitCode = main();
