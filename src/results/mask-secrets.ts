import { formatCommandLine, splitCommandLine } from '../shell-words.ts';

/** Stands for what looks like a token. */
const MASK = '***';

/**
 * Replaces what looks like a token in the arguments of a launch: the value of an option or variable that is
 * called so, and the forms that well-known services give theirs. Labels, budgets and exports are committed and
 * published; no list of forms is complete, so this is a last line of defence, not the first.
 */
export function maskSecrets(argv: readonly string[]): readonly string[] {
  return argv.map((argument, index) => {
    if (SECRET_OPTION.test(argv[index - 1] ?? '') && !argument.startsWith('-')) return MASK;
    return argument
      .replace(SECRET_VALUE, (_, name: string) => `${name}${MASK}`)
      .replace(KNOWN, MASK)
      .replace(LOGIN, (_, scheme: string) => `${scheme}${MASK}@`);
  });
}

/** The same for a command line in one text; what nothing has to be masked in stays as it was typed. */
export function maskSecretsInLine(line: string): string {
  const split = splitCommandLine(line);
  if (split.kind === 'words') {
    const masked = formatCommandLine(maskSecrets(split.words));
    return masked === formatCommandLine(split.words) ? line : masked;
  }
  const pieces = line.split(/(\s+)/u);
  const masked = maskSecrets(pieces.filter((_, index) => index % 2 === 0));
  return maskSecrets([
    pieces.map((piece, index) => (index % 2 === 0 ? (masked[index / 2] ?? piece) : piece)).join(''),
  ]).join('');
}

/** Whether something was masked in an argument; one that holds the mask by itself cannot be told from it. */
export function holdsMask(argument: string): boolean {
  return argument.includes(MASK);
}

const SECRET_NAME =
  '[\\w-]*(?:token|secret|passw(?:or)?d|passphrase|credentials?|api[-_]?key|access[-_]?key|private[-_]?key|authorization)';

/** `--token`, whose value is the next argument. */
const SECRET_OPTION = new RegExp(`^--?${SECRET_NAME}$`, 'iu');

/** `--token=abc`, `API_KEY=abc`, `Authorization: Bearer abc`: everything behind the name. */
const SECRET_VALUE = new RegExp(`((?<![\\w-])-{0,2}${SECRET_NAME}(?:=|:\\s*)).+`, 'isu');

/**
 * GitHub, GitLab, OpenAI and the like, Slack, AWS, JSON Web Tokens; hexadecimal digests and keys, UUIDs; and
 * long runs that mix upper case, lower case and digits as no name does.
 */
const KNOWN = new RegExp(
  [
    '\\bgh[pousr]_\\w{16,}',
    '\\bgithub_pat_\\w{16,}',
    '\\bglpat-[\\w-]{16,}',
    '\\bsk-[\\w-]{16,}',
    '\\bxox[a-z]-[\\w-]{10,}',
    '\\bAKIA[0-9A-Z]{12,}',
    '\\beyJ[\\w-]{8,}\\.[\\w-]+(?:\\.[\\w-]*)?',
    '\\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\\b',
    '\\b[0-9a-fA-F]{32,}\\b',
    '(?<![\\w/+.-])(?=[\\w+]*[A-Z])(?=[\\w+]*[a-z])(?=[\\w+]*\\d)[A-Za-z0-9+_]{32,}={0,2}(?![\\w/.-])',
  ].join('|'),
  'gu',
);

/** `https://user:password@host`. */
const LOGIN = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/giu;

/** Replaces paths that are made anew in each run, so that the same launch reads the same in the next one. */
export function replaceTemporaryPaths(text: string): string {
  return text.replace(TEMPORARY, (_, before: string) => `${before}{TMP}`).replace(RUNTIME, '{FD}');
}

/** Below the usual folders for temporary files, the first component is a random one. */
const TEMPORARY =
  /(^|[\s=:,"'])(?:\/tmp|\/var\/tmp|\/dev\/shm|\/run\/user\/\d+|\/private\/var\/folders\/\w+\/\w+\/T)\/[^/\s:,"']+/gu;

const RUNTIME = /\/(?:proc\/(?:self|\d+)|dev)\/fd\/\d+/gu;
