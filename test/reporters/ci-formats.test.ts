import { describe, expect, it } from 'vitest';
import { renderGithub } from '../../src/reporters/github.ts';
import { renderGitlab } from '../../src/reporters/gitlab.ts';
import { renderJunit } from '../../src/reporters/junit.ts';
import { drawMarkdown } from '../../src/reporters/markdown.ts';
import { text } from '../../src/reporters/blocks.ts';
import { aFinding, aGateDocument } from '../builders/some-documents.ts';

describe('GitHub annotations', () => {
  it('show the first ten and count the rest', () => {
    const lines = renderGithub(aGateDocument(Array.from({ length: 13 }, () => aFinding()))).split('\n');
    expect(lines.filter((line) => line.startsWith('::'))).toHaveLength(10);
    expect(lines.at(-2)).toBe('launchbench: 13 checks, 13 to look at; 3 more than the 10 annotations shown');
  });

  it('put errors first, so that warnings do not push them out', () => {
    const warnings = Array.from({ length: 12 }, () => aFinding({ level: 'warn' }));
    const [verdict, first] = renderGithub(aGateDocument([...warnings, aFinding()])).split('\n');
    expect(verdict).toBe('launchbench: Gate failed: 1 of 13 checks, 12 warnings');
    expect(first).toMatch(/^::error /u);
  });

  it('point at the line of the baseline', () => {
    expect(renderGithub(aGateDocument([aFinding()]))).toContain(
      'file=results/baselines/mesa-desktop.json,line=7,title=batched under native in mesa-desktop%3A launches::',
    );
  });
});

describe("GitLab's code quality report", () => {
  const fingerprintOf = (finding: Parameters<typeof aFinding>[0]): string | undefined =>
    /"fingerprint": "(\w+)"/u.exec(renderGitlab(aGateDocument([aFinding(finding)])))?.[1];

  it('keeps the fingerprint of a cell and rule, whatever was found there', () => {
    expect(fingerprintOf({ found: '7' })).toBe(fingerprintOf({ found: '6' }));
  });

  it.each([{ row: 'other' }, { scenario: 'other' }, { emulation: 'other' }, { rule: 'budget' }] as const)(
    'gives another one to %j',
    (difference) => {
      expect(fingerprintOf(difference)).not.toBe(fingerprintOf({}));
    },
  );
});

describe('JUnit', () => {
  it('has one test case a finding; only errors fail, the undecided are skipped', () => {
    const xml = renderJunit(aGateDocument());
    expect(xml).toContain('tests="4" failures="1" errors="0" skipped="1"');
    expect(xml.match(/<testcase /gu)).toHaveLength(4);
  });
});

describe('Markdown', () => {
  it('stays below the 1 MiB that GitHub takes, and says what is left out', () => {
    const markdown = drawMarkdown(Array.from({ length: 3000 }, () => text('ä'.repeat(500))));
    expect(new TextEncoder().encode(markdown).length).toBeLessThan(1024 * 1024);
    expect(markdown).toMatch(/\d+ more parts of this report are left out/u);
  });
});
