import { writeSync } from 'node:fs';
import { encodeBytes } from '../sysroot/byte-text.ts';
import { systemErrno } from '../sysroot/read-file.ts';
import type { CaptureError } from './capture-error.ts';
import type { Message } from './settings.ts';
import { whenReady } from './when-ready.ts';

/** What the program tells on standard error, one line each. */
export interface MessageWriter {
  /** Put `<N>` in front of what is told from now on. */
  readonly useLevelPrefix: () => void;
  readonly error: (text: string) => void;
  /** An error of which callers may know the number. */
  readonly failure: (error: Pick<CaptureError, 'errno' | 'message'>) => void;
  readonly message: (message: Message) => void;
}

/** Writes a text to standard output or standard error. */
export type Print = (fd: typeof STANDARD_OUTPUT | typeof STANDARD_ERROR, text: string) => void;

/** Tells things on standard error in the name of a program; debug messages only when asked for. */
export function createMessageWriter(
  program: string,
  { print, showDebug }: { readonly print: Print; readonly showDebug: boolean },
): MessageWriter {
  let levelPrefix = false;
  const say = (severity: keyof typeof LEVEL, text: string): void => {
    const prefix = levelPrefix ? `<${LEVEL[severity]}>` : '';
    print(STANDARD_ERROR, `${prefix}${escapeControls(`${program}: ${severity}: ${text}`)}\n`);
  };
  return {
    useLevelPrefix() {
      levelPrefix = true;
    },
    error(text) {
      say('error', text);
    },
    failure({ errno, message }) {
      say('error', `code ${errno}: ${message}`);
    },
    message({ severity, text }) {
      if (severity === 'warning' || showDebug) say(severity, text);
    },
  };
}

/**
 * A message is one line, and the names in it may hold anything: what a terminal would act on is written as `\x1b`,
 * single bytes that are no UTF-8 included.
 */
function escapeControls(text: string): string {
  return text.replace(CONTROLS, (control) => {
    if (control === '\n') return '\\n';
    return `\\x${(control.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`;
  });
}

/** C0, delete and C1; the last range is that of C1 as bytes of their own (sysroot/byte-text.ts). */
const CONTROLS = /[\x00-\x1f\x7f-\x9f]|[\udc80-\udc9f]/gu;

/** Standard output and standard error. */
export const STANDARD_OUTPUT = 1;
export const STANDARD_ERROR = 2;

/**
 * Writes a text at once. `process.stdout` would do the same, but making it takes as long as all else that a
 * short run of the program does.
 */
export function print(fd: number, text: string): void {
  const bytes = encodeBytes(text);
  try {
    for (let written = 0; written < bytes.length;) {
      const from = written;
      written += whenReady(() => writeSync(fd, bytes, from));
    }
  } catch (error) {
    // Nobody reads it, or the disk is full: there is nowhere to say so.
    if (systemErrno(error) === null) throw error;
  }
}

/** Numbers in front of messages. Source: syslog(3). */
const LEVEL = { error: 3, warning: 4, debug: 7 } as const;
