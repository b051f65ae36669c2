import { describe, expect, it } from 'vitest';
import { formatAptSources, parseAptSources, sourcesOfSuite } from '../../src/provision/apt-sources.ts';

const STANZAS = `# The release
Types: deb deb-src
# an older address
URIs: http://archive.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian.gpg
Architectures: amd64

Types: deb
URIs: http://archive.example/security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQENBF
 -----END PGP PUBLIC KEY BLOCK-----

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://sources.example/debian
Suites: bookworm
Components: main
`;

const LINES = `
# deb http://off.example/debian bookworm main
deb cdrom:[Debian 12]/ bookworm main
deb [arch=amd64 signed-by=/k.gpg,/l.gpg] http://archive.example/debian bookworm main non-free # the release
deb http://archive.example/debian bookworm-updates main
deb http://vendor.example/apt bookworm stable
deb-src http://archive.example/debian bookworm main
`;

describe('parseAptSources', () => {
  it('reads stanzas, comments within them and keys that are written out', () => {
    expect(parseAptSources(STANZAS, 'stanzas')).toEqual([
      {
        uris: ['http://archive.example/debian'],
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main', 'contrib'],
        options: new Map([['signed-by', '/usr/share/keyrings/debian.gpg']]),
      },
      {
        uris: ['http://archive.example/security'],
        suites: ['bookworm-security'],
        components: ['main'],
        options: new Map([
          [
            'signed-by',
            '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQENBF\n -----END PGP PUBLIC KEY BLOCK-----',
          ],
        ]),
      },
    ]);
  });

  it('reads lines and their options; discs are left out', () => {
    const archive = { uris: ['http://archive.example/debian'], options: new Map<string, string>() };
    expect(parseAptSources(LINES, 'lines')).toEqual([
      {
        ...archive,
        suites: ['bookworm'],
        components: ['main', 'non-free'],
        options: new Map([['signed-by', '/k.gpg /l.gpg']]),
      },
      { ...archive, suites: ['bookworm-updates'], components: ['main'] },
      { ...archive, uris: ['http://vendor.example/apt'], suites: ['bookworm'], components: ['stable'] },
    ]);
  });

  it.each([
    '',
    '\n\n',
    '# nothing',
    'Types: deb',
    'deb',
    'deb [a=b]',
    ': \n x',
    'deb http://archive.example',
  ])('finds nothing usable in %j, or nothing that names a suite', (text) => {
    for (const form of ['stanzas', 'lines'] as const) {
      expect(sourcesOfSuite('bookworm', parseAptSources(text, form), ['stable'])).toEqual([]);
    }
  });
});

describe('sourcesOfSuite', () => {
  const sources = [...parseAptSources(STANZAS, 'stanzas'), ...parseAptSources(LINES, 'lines')];

  it.each([
    { suite: 'bookworm', machine: 'of that release', own: ['bookworm'], found: 2 },
    { suite: 'bullseye', machine: 'of another release', own: ['bookworm'], found: 2 },
    { suite: 'bookworm-security', machine: 'that names it', own: ['bookworm'], found: 1 },
    { suite: 'bookworm', machine: 'that names it, whatever its own release', own: ['trixie'], found: 2 },
    { suite: 'bullseye', machine: 'whose release its sources do not name', own: ['trixie'], found: 0 },
  ])('$suite on a machine $machine: $found, with that suite alone', ({ suite, own, found }) => {
    const chosen = sourcesOfSuite(suite, sources, own);
    expect(chosen).toHaveLength(found);
    for (const { suites, components } of chosen) {
      expect(suites).toEqual([suite]);
      expect(components).toContain('main');
    }
  });
});

describe('formatAptSources', () => {
  it('is read back as it was, and has files copied', () => {
    const source = {
      uris: ['file:/srv/debian', 'http://archive.example/debian'],
      suites: ['bookworm'],
      components: ['main'],
      options: new Map([
        ['trusted', 'yes'],
        ['signed-by', '\n first\n second'],
      ]),
    };
    const text = formatAptSources([source, source]);
    expect(text).toContain('Targets: Packages\n');
    const copied = { ...source, uris: ['copy:/srv/debian', 'http://archive.example/debian'] };
    expect(parseAptSources(text, 'stanzas')).toEqual([copied, copied]);
  });
});
