import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { SEARCH_SCRIPT, SEARCH_SOURCE } from '../../src/reporters/html/search.ts';

it('is allowed to run by its digest, which changes with the script that searches a timeline', () => {
  const [, script = ''] = /^<script>(.*)<\/script>$/su.exec(SEARCH_SCRIPT.markup) ?? [];
  expect(SEARCH_SOURCE).toBe(`'sha256-${createHash('sha256').update(script).digest('base64')}'`);
});
