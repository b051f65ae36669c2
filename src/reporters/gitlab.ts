import { findingCell, findingSentence, newLaunchLine } from './compose/gate.ts';
import { escapeInvisible } from './escape.ts';
import { findingsOf, type FindingsDocument, placeOf } from './document-findings.ts';
import { stringifyJson } from './json.ts';
import type { Finding } from '../analysis/finding.ts';
import { nameOfRow } from '../results/cell-name.ts';

/**
 * GitLab's code quality report: what failed or is undecided, with a fingerprint that stays the same for a
 * cell and rule, so that GitLab can tell new findings from old ones.
 * Source: docs.gitlab.com, "Code Quality", report format.
 */
export function renderGitlab(document: FindingsDocument): string {
  return stringifyJson(
    findingsOf(document)
      .filter(({ outcome }) => outcome !== 'passed')
      .map((finding) => ({ finding, place: placeOf(finding, document) }))
      .map(({ finding, place }) => ({
        description: escapeInvisible(description(finding)),
        check_name: `launchbench-${finding.rule}`,
        fingerprint: fingerprint(finding),
        severity: severity(finding),
        location: {
          path: escapeInvisible(place.file),
          lines: { begin: place.line },
        },
      })),
  );
}

function description(finding: Finding): string {
  const [first, ...others] = finding.newLaunches;
  const launch =
    first === undefined
      ? ''
      : `; new: ${newLaunchLine(first)}${others.length > 0 ? ` and ${others.length} more` : ''}`;
  return `${findingCell(finding)}: ${findingSentence(finding)}${launch}`;
}

function severity({ outcome, level }: Finding): 'major' | 'minor' | 'info' {
  if (outcome === 'inconclusive') return 'info';
  return level === 'error' ? 'major' : 'minor';
}

/** 64 bits of FNV-1a over what identifies the check, as hexadecimal digits. */
function fingerprint({ scenario, rule, ...cell }: Finding): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(
    JSON.stringify([rule, scenario, nameOfRow(cell), cell.emulation]),
  )) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
