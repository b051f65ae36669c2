/** What this machine has too little of, by the name of the error. Source: errno(3). */
const SHORTAGES: Readonly<Record<string, string>> = {
  ENOSPC: 'the file system is full, or has no inodes left',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'files may not be that large here; see "ulimit -f"',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many files are open in this process; see "ulimit -n"',
  ENFILE: 'too many files are open on this machine',
  EAGAIN: 'no further process can be started; see "ulimit -u"',
  ENOMEM: 'there is not enough memory',
  EIO: 'the disk cannot be read or written',
};

const OTHERS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ELOOP: 'its links lead in circles',
  ENAMETOOLONG: 'the name is too long',
  ENXIO: 'no process reads from it',
  EPIPE: 'its reader has gone',
  ETXTBSY: 'it is being executed',
};

/** What the machine has too little of, if that is what an error of the system says; null: it says something else. */
export function shortageOf(error: unknown): string | null {
  return SHORTAGES[errorCode(error)] ?? null;
}

/** What went wrong, in words rather than in Node's, where it is an error that users meet. */
export function systemErrorWords(error: unknown): string {
  const code = errorCode(error);
  if (!(error instanceof Error)) return String(error);
  return wordsOf(code) ?? (code === '' ? error.message : withoutSystemCall(error.message));
}

/** The same, with the path that it is about where it names one; null: no error of the system. */
export function systemErrorAtPath(error: unknown): string | null {
  if (!(error instanceof Error) || !('syscall' in error)) return null;
  // Of a link, `path` is where it was to lead.
  const path = 'dest' in error ? error.dest : 'path' in error ? error.path : undefined;
  return typeof path === 'string' ? `${path}: ${systemErrorWords(error)}` : systemErrorWords(error);
}

/** "EEXIST: file already exists, mkdir '/a'" without its code, its call and the path, which say too much. */
export function withoutSystemCall(message: string): string {
  return message.replace(/^[A-Z0-9]+: /, '').replace(/, \w+( '[^]*)?$/, '');
}

/** The same where only the name of the error is known: `ENOENT`. */
export function errnoWords(code: string): string {
  return wordsOf(code) ?? code;
}

function wordsOf(code: string): string | undefined {
  return SHORTAGES[code] ?? OTHERS[code];
}

/** The name of an error of the system, e.g. `ENOENT`; empty for any other. */
export function errorCode(error: unknown): string {
  return error instanceof Object && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
