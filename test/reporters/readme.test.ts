import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { drawReadme } from '../../scripts/draw-readme.ts';

const drawn = await drawReadme();

it.each([...drawn.keys()])('%s is what the committed run says: npx tsx scripts/draw-readme.ts', (path) => {
  const committed = readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
  expect(committed).toBe(drawn.get(path));
});

it('the README shows the picture', () => {
  const [picture = ''] = drawn.keys();
  expect(drawn.get('README.md')).toContain(`](${picture})`);
});
