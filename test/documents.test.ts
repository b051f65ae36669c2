import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

describe.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s', (document) => {
  const text = readFileSync(`${root}${document}`, 'utf8');

  it('names no file and no folder that is not there', () => {
    const named = [...text.matchAll(/`([\w./-]+\/[\w.-]*)`/gu)].flatMap(([, path]) => path ?? []);
    expect(named.length).toBeGreaterThan(0);
    // What `npm ci` makes is not in a fresh clone.
    const missing = named.filter(
      (path) => !path.startsWith('dist/') && !existsSync(root + path) && !existsSync(`${root}src/${path}`),
    );
    expect(missing).toEqual([]);
  });
});

it('ARCHITECTURE.md has a row for every room', () => {
  const text = readFileSync(`${root}ARCHITECTURE.md`, 'utf8');
  const rows = [...text.matchAll(/^\| `([a-z/]+)` +\|/gmu)].map(([, room]) => room);
  const foldersIn = (path: string): readonly string[] =>
    readdirSync(`${root}src/${path}`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${path}${name}`);
  const rooms = foldersIn('').flatMap((room) => (room === 'core' ? foldersIn('core/') : [room]));
  expect(rows.toSorted()).toEqual(rooms.toSorted());
});
