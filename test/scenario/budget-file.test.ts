import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { type BudgetCounts, formatBudget, parseBudget } from '../../src/scenario/budget-file.ts';

const COUNTS: BudgetCounts = {
  launches: 5,
  forks: 1,
  byExecutable: new Map([
    ['sh', 2],
    ['git', 3],
  ]),
  matching: (glob) => (glob === 'g*' ? 3 : 0),
  known: new Map([
    ['sh -c x', 2],
    ['git status', 3],
  ]),
};

describe('a budget file', () => {
  it('has limits in all and by executable, with reasons, and knows their lines', () => {
    const text = `version: 1
launches: 40
forks: { max: 10, why: subshells of configure }
executables:
  git: 3
  "node*":
    max: 2
    why: the bundler and the type checker
`;
    expect(parseBudget(text, 'b.yaml')).toEqual({
      known: null,
      limits: [
        { counts: { kind: 'launches' }, max: 40, why: null, location: { file: 'b.yaml', line: 2 } },
        {
          counts: { kind: 'forks' },
          max: 10,
          why: 'subshells of configure',
          location: { file: 'b.yaml', line: 3 },
        },
        {
          counts: { kind: 'executable', glob: 'git' },
          max: 3,
          why: null,
          location: { file: 'b.yaml', line: 5 },
        },
        {
          counts: { kind: 'executable', glob: 'node*' },
          max: 2,
          why: 'the bundler and the type checker',
          location: { file: 'b.yaml', line: 6 },
        },
      ],
    });
  });

  it.each([
    { given: 'version: 1\nlaunches: many\n', says: 'b.yaml:2:11: launches: expected a number, or a mapping' },
    { given: 'version: 1\nlaunchs: 3\n', says: 'b.yaml:2:1: launchs: unknown key "launchs"; did you mean' },
    { given: 'version: 1\nforks: -1\n', says: 'b.yaml:2:8: forks: expected' },
    { given: 'version: 1\nexecutables: {git: {mx: 3}}\n', says: 'unknown key "mx"' },
    { given: 'version: 1\nexecutables: {"": 3}\n', says: 'expected some text as a key, found ""' },
    { given: 'version: 1\n', says: 'b.yaml: sets no limit' },
    { given: 'launches: 3\n', says: 'version: expected 1, found nothing' },
    { given: 'version: 1\nlaunches: [\n', says: 'b.yaml:3:1: not valid YAML' },
    { given: '', says: 'expected a mapping' },
    {
      given: 'version: 1\nexecutables: {__proto__: 3}\n',
      says: 'b.yaml:2:15: executables.__proto__: expected another',
    },
  ])('$given is refused with its place', ({ given, says }) => {
    expect(() => parseBudget(given, 'b.yaml')).toThrow(FormatError);
    expect(() => parseBudget(given, 'b.yaml')).toThrow(says);
  });

  it('is read or refused, whatever it is fed', () => {
    const pieces = fc.constantFrom(
      'version: 1\n',
      'launches',
      'forks',
      'executables:\n',
      ': ',
      '  ',
      '3',
      '{',
      '}',
      '[',
      'git',
      '"',
      '\n',
      '&a ',
      '*a',
      '!!',
      'known:\n',
      '-1',
      '1e99',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        expect(outcomeOf(parts.join(''))).toMatch(/^(?:read|FormatError)$/);
      }),
    );
  });
});

function outcomeOf(text: string): string {
  try {
    parseBudget(text, 'b.yaml');
    return 'read';
  } catch (error) {
    return error instanceof Error ? error.name : 'something else';
  }
}

describe('writing a budget', () => {
  it('limits all that was counted, and can be read again', () => {
    const { limits, known } = parseBudget(formatBudget(COUNTS, null), 'b.yaml');
    expect(limits.map(({ counts, max }) => [counts, max])).toEqual([
      [{ kind: 'launches' }, 5],
      [{ kind: 'forks' }, 1],
      [{ kind: 'executable', glob: 'git' }, 3],
      [{ kind: 'executable', glob: 'sh' }, 2],
    ]);
    expect(known).toEqual(COUNTS.known);
  });

  it('keeps the limits, reasons and comments of an old one, and sets no new ones', () => {
    const text = `# ours
version: 1
executables:
  g*: { max: 9, why: history } # all of git
  cc: 1
known:
  gone: 1
`;
    expect(formatBudget(COUNTS, { text, file: 'b.yaml' })).toBe(`# ours
version: 1
executables:
  g*: { max: 3, why: history } # all of git
  cc: 0
known:
  git status: 3
  sh -c x: 2
`);
  });

  it('of any executables and launches can be read again', () => {
    const names = fc.dictionary(fc.string({ minLength: 1 }), fc.nat(1000), { noNullPrototype: true });
    fc.assert(
      fc.property(names, names, (executables, known) => {
        const byExecutable = new Map(Object.entries(executables));
        const text = formatBudget({ ...COUNTS, byExecutable, known: new Map(Object.entries(known)) }, null);
        const { limits } = parseBudget(text, 'b.yaml');
        const read = limits.flatMap(({ counts, max }) =>
          counts.kind === 'executable' ? [[counts.glob, max] as const] : [],
        );
        expect(read.map(([glob, max]) => [glob.replace('?_proto__', '__proto__'), max]).sort()).toEqual(
          [...byExecutable].sort(),
        );
        const again = parseBudget(formatBudget({ ...COUNTS, matching: () => 1 }, { text, file: 'b' }), 'b');
        expect(again.limits).toHaveLength(limits.length);
      }),
    );
  });
});
