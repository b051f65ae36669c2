/** An option of the program. */
interface Option<Name extends string> {
  /** Without the two dashes. */
  readonly name: Name;
  /** What its value is called in the help; null when it takes none. */
  readonly value: string | null;
  readonly help: string;
  /** False: it must be written in full, and makes nobody else's abbreviation ambiguous. */
  readonly abbreviates: boolean;
}

/** The options of `capture-libs`, in the order of its help. Source: our capture-tool specification, section 2. */
export const PROGRAM_OPTIONS = [
  option('provider', 'DIR', 'Tree to take libraries from [/]'),
  option('container', 'DIR', 'Tree to compare them with [/]'),
  option('dest', 'DIR', 'Folder to make the links in; made if its parent exists [.]'),
  option(
    'fallback-paths',
    'DIR[:DIR...]',
    'Where to look for a name last, in either tree; replaces the built-in list',
  ),
  option('link-target', 'PATH', 'What the provider will be called at run time'),
  option('remap-link-prefix', 'FROM=TO', 'Rewrite targets that begin with FROM; may be repeated'),
  option(
    'compare-by',
    'A,B,...',
    'How to tell which copy is newer, in order [name,provider];\nalso: versions, symbols, container',
  ),
  option('library-knowledge', 'FILE', 'Rules for comparing some libraries'),
  option('no-glibc', null, 'Never capture the libraries of glibc'),
  option('level-prefix', null, 'Put <N>, the severity, in front of messages'),
  {
    ...option(
      'arch',
      'TUPLE',
      'x86_64-linux-gnu, i386-linux-gnu or aarch64-linux-gnu\n[from the name of the program, else the machine]',
    ),
    abbreviates: false,
  },
  {
    ...option('confined', null, 'Follow links inside the trees, as after chroot, and read nothing else'),
    abbreviates: false,
  },
  {
    ...option(
      'echo-comments',
      null,
      'Repeat each comment of a from: file as a warning, once what precedes it is done',
    ),
    abbreviates: false,
  },
  option('print-ld.so', null, 'Print the standard path of the dynamic linker'),
  option('resolve-ld.so', 'TREE', 'Print where that leads inside TREE'),
  option('version', null, 'Print name and version'),
  option('help', null, 'Print this help; also -h'),
] as const;

/** One of these options. */
export type ProgramOption = (typeof PROGRAM_OPTIONS)[number];

/**
 * The text that `--help` prints, and that a usage error ends with. The built-in fallback paths are those of an
 * architecture; none where it is not known.
 */
export function usage(program: string, fallbackPaths: readonly string[]): string {
  const builtIn = fallbackPaths.length === 0 ? '' : `\n[${fallbackPaths.join(':')}]`;
  const options = PROGRAM_OPTIONS.map(({ name, value, help: fixed }) => {
    const written = `  --${name}${value === null ? '' : `=${value}`}`;
    const help = name === 'fallback-paths' ? fixed + builtIn : fixed;
    return `${written.padEnd(COLUMN)}${help.replaceAll('\n', `\n${' '.repeat(COLUMN)}`)}`;
  });
  return `Usage: ${program} [OPTION...] PATTERN...

Makes symbolic links to the libraries of PROVIDER that match a PATTERN and to all that they need, except
those that CONTAINER has a newer copy of.

Options:
${options.join('\n')}

Patterns:
  [soname:]NAME, exact-soname:NAME     a library by its SONAME
  [path:]/PATH                         a library by its path in PROVIDER
  [soname-match:]GLOB                  whatever matches in the ld.so.cache of PROVIDER
  [path-match:]/GLOB                   whatever matches in the folders of PROVIDER
  from:FILE                            one pattern a line; from:- reads standard input as it comes
  gl:, nvidia:                         what an OpenGL driver consists of
In front of any of them, in any order:
  if-exists: if-same-abi: even-if-older: quiet: only-dependencies: no-dependencies:
`;
}

const COLUMN = 34;

function option<const Name extends string>(name: Name, value: string | null, help: string): Option<Name> {
  return { name, value, help, abbreviates: true };
}
