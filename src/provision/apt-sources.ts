/** Where apt gets packages from: one stanza of a `.sources` file, or one line of a `.list` file. Source: sources.list(5). */
export interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** What else it says, such as `signed-by` and `trusted`: name in small letters → value as it stands there. */
  readonly options: ReadonlyMap<string, string>;
}

/** Reads a file of apt sources; what gives no binary packages, or is switched off, is left out. */
export function parseAptSources(text: string, form: 'stanzas' | 'lines'): readonly AptSource[] {
  return form === 'stanzas' ? text.split(/\n\s*\n/u).flatMap(readStanza) : text.split('\n').flatMap(readLine);
}

/**
 * The sources of a suite, and nothing of its updates: so a set of packages changes with the point releases of the suite
 * alone. A machine of another release has the suite in the same archive.
 *
 * @param ownSuites - what the machine's own release may be called: `bookworm`, `stable`
 */
export function sourcesOfSuite(
  suite: string,
  sources: readonly AptSource[],
  ownSuites: readonly string[],
): readonly AptSource[] {
  // Archives of others have suites and components of their own.
  const ofDistribution = sources.filter(({ components }) => components.includes('main'));
  const having = (names: readonly string[]): readonly AptSource[] =>
    ofDistribution.filter(({ suites }) => suites.some((name) => names.includes(name)));
  const exact = having([suite]);
  return (exact.length > 0 ? exact : having(ownSuites)).map((source) => ({ ...source, suites: [suite] }));
}

/**
 * The text of a `.sources` file that apt reads nothing but lists of packages from. `file:` becomes `copy:`, so that
 * every package comes to lie where apt is told to put it.
 */
export function formatAptSources(sources: readonly AptSource[]): string {
  return sources
    .map(({ uris, suites, components, options }) =>
      [
        'Types: deb',
        `URIs: ${uris.map((uri) => uri.replace(/^file:/u, 'copy:')).join(' ')}`,
        `Suites: ${suites.join(' ')}`,
        `Components: ${components.join(' ')}`,
        'Targets: Packages',
        ...[...options].map(([name, value]) => `${name}: ${value}`),
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** Decided by what is asked for, whatever the machine's own packages are. */
const DECIDED_BY_US: ReadonlySet<string> = new Set([
  'architectures',
  'arch',
  'languages',
  'lang',
  'targets',
  'target',
]);

function readStanza(text: string): readonly AptSource[] {
  const fields = new Map<string, string>();
  let last = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    if (/^[ \t]/u.test(line)) {
      // A key that is written out has many lines.
      fields.set(last, `${fields.get(last) ?? ''}\n${line}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    last = line.slice(0, colon).trim().toLowerCase();
    fields.set(last, line.slice(colon + 1).trim());
  }
  if (/^(?:no|false|0|off|disable|without)$/iu.test(fields.get('enabled') ?? '')) return [];
  return usable({
    types: wordsOf(fields.get('types')),
    uris: wordsOf(fields.get('uris')),
    suites: wordsOf(fields.get('suites')),
    components: wordsOf(fields.get('components')),
    options: [...fields].filter(
      ([name]) => !['types', 'uris', 'suites', 'components', 'enabled'].includes(name),
    ),
  });
}

/** `deb [signed-by=/k.gpg arch=amd64] URI SUITE COMPONENT…` */
function readLine(line: string): readonly AptSource[] {
  const [, type = '', options = '', rest = ''] =
    /^\s*(\S+)\s+(?:\[([^\]]*)\]\s+)?([^#]*)/u.exec(line.replace(/^\s*#.*/u, '')) ?? [];
  const [uri, suite, ...components] = wordsOf(rest);
  return usable({
    types: [type],
    uris: uri === undefined ? [] : [uri],
    suites: suite === undefined ? [] : [suite],
    components,
    options: wordsOf(options).map((option) => {
      const [name = '', value = ''] = option.split(/[-+]?=(.*)/su);
      return [name.toLowerCase(), value.replaceAll(',', ' ')] as const;
    }),
  });
}

/** What apt could get binary packages from without a disc being put in. */
function usable({
  types,
  uris,
  options,
  ...source
}: Omit<AptSource, 'options'> & {
  readonly types: readonly string[];
  readonly options: readonly (readonly [string, string])[];
}): readonly AptSource[] {
  const reached = uris.filter((uri) => !uri.startsWith('cdrom:'));
  if (!types.includes('deb') || reached.length === 0) return [];
  return [
    { ...source, uris: reached, options: new Map(options.filter(([name]) => !DECIDED_BY_US.has(name))) },
  ];
}

function wordsOf(text = ''): readonly string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}
