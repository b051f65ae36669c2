/** Why a program is never started, as changes of a request that would start it, and what the user is told. */
export const CANNOT_START = [
  {
    given: 'a working directory that is missing',
    changes: { cwd: '/no/folder' },
    says: 'Cannot open "/no/folder" as the working directory of a child: there is no such file or folder',
  },
  {
    given: 'a working directory that is a file',
    changes: { cwd: '/etc/passwd' },
    says: 'Cannot open "/etc/passwd" as the working directory of a child: a part of the path is not a folder',
  },
  {
    given: 'arguments that are too long',
    changes: { argv: ['/bin/true', 'x'.repeat(200_000)], cwd: '/' },
    says: 'Cannot start "/bin/true": its arguments and environment are larger than the kernel allows',
  },
] as const;
