import { expect, it } from 'vitest';
import { nameRoots } from '../../src/runner/named-roots.ts';

const roots = [
  { name: '{WORK}', path: '/tmp/run' },
  { name: '{PROVIDER}', path: '/tmp/run/provider' },
  { name: '{HOST}', path: '/' },
];

it.each<{ given: string; text: string; named: string }>([
  { given: 'a whole path', text: '/tmp/run', named: '{WORK}' },
  { given: 'a path below a root', text: '/tmp/run/log', named: '{WORK}/log' },
  { given: 'a path below the longer of two roots', text: '/tmp/run/provider/usr', named: '{PROVIDER}/usr' },
  { given: 'a path inside an option', text: '--dest=/tmp/run/x', named: '--dest={WORK}/x' },
  { given: 'two paths in a list', text: '/tmp/run:/tmp/run/a', named: '{WORK}:{WORK}/a' },
  { given: 'a path in quotes', text: '["/tmp/run"]', named: '["{WORK}"]' },
  { given: 'a longer name', text: '/tmp/runner', named: '/tmp/runner' },
  { given: 'a root deeper down', text: '/data/tmp/run', named: '/data/tmp/run' },
  { given: 'the root of the machine', text: '/usr/lib', named: '/usr/lib' },
])('$given: $text → $named', ({ text, named }) => {
  expect(nameRoots(text, roots)).toBe(named);
});
