import type { Random } from '../../src/statistics/random.ts';

/** A sample with a few changes: of bytes, or of the values of a JSON text. */
export function damage(
  samples: readonly Buffer[],
  { isJson, random }: { readonly isJson: boolean; readonly random: Random },
): Buffer {
  const sample = pick(samples, random);
  const changes = 1 + Math.floor(random() ** 3 * 8);
  if (isJson && random() < 0.6) return damageValues(sample, changes, random);
  let bytes = sample;
  for (let change = 0; change < changes; change += 1) bytes = damageBytes(bytes, samples, random);
  return bytes;
}

/** Text that readers stumble over, where a number, a name or a bracket should be. */
const TEXTS = [
  ...['-1', '1e309', '-0', '5000000000', '9007199254740993', '0x10', 'NaN', 'null', 'true', '""', '{}', '[]'],
  ...[
    '"__proto__"',
    '"constructor"',
    '\0',
    '\u001b[31m',
    '\u202e',
    '\ud800',
    '::error::',
    '../../..',
    '{',
    ']',
  ],
  ...['"', ',', ':', '\n', '&a', '*a', '<<:', '!!js', '[[[[[[[[', '%n', '1'.repeat(400)],
];

function damageBytes(bytes: Buffer, samples: readonly Buffer[], random: Random): Buffer {
  const at = below(bytes.length + 1, random);
  const length = Math.min(bytes.length - at, 1 + Math.floor(random() ** 4 * 200));
  const [before, part, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + length),
    bytes.subarray(at + length),
  ];
  const way = below(8, random);
  switch (way) {
    case 0:
      return Buffer.concat([before, after]);
    case 1:
      return Buffer.concat([before, part, part, after]);
    case 2:
      return Buffer.concat([before, Buffer.from(pick(TEXTS, random)), after]);
    case 3:
      return Buffer.concat([before, Buffer.from(pick(TEXTS, random)), part, after]);
    case 4: {
      const other = pick(samples, random);
      return Buffer.concat([before, other.subarray(below(other.length + 1, random))]);
    }
    case 5:
      return before;
    default: {
      const changed = Buffer.from(bytes);
      if (at < changed.length)
        changed[at] = way === 6 ? below(256, random) : (changed[at] ?? 0) ^ (1 << below(8, random));
      return changed;
    }
  }
}

/** Values that stand where others should. A key is drawn from it as well. */
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    '',
    'x',
    '\0',
    '__proto__',
    'constructor',
    'toString',
    'a\nb',
    '::error::',
    '\u001b[2J',
    '*',
  ],
  ...[0, -1, 1, 0.5, 1e300, -1e300, 2 ** 31, 2 ** 53, 5_000_000_000, Number.MIN_VALUE],
  ...[[], {}, [[]], [null], { a: 1 }, 'y'.repeat(5000), '/'.repeat(300)],
];

function damageValues(sample: Buffer, changes: number, random: Random): Buffer {
  const top: { document: unknown } = { document: JSON.parse(sample.toString('utf8')) };
  for (let change = 0; change < changes; change += 1) damageOne(top, random);
  return Buffer.from(JSON.stringify(top.document));
}

function damageOne(top: object, random: Random): void {
  // Down from the top, further with each step, so that deep values are as likely as high ones.
  let at: object = top;
  for (;;) {
    const inner: object[] = Object.values(at).filter((value): value is object => value instanceof Object);
    if (inner.length === 0 || random() < 0.15) break;
    at = pick(inner, random);
  }
  const keys = Object.keys(at);
  const key = keys.length === 0 ? 'x' : pick(keys, random);
  const other: unknown = keys.length === 0 ? null : Reflect.get(at, pick(keys, random));
  switch (below(at === top ? 1 : 5, random)) {
    case 0:
    case 1:
      Reflect.set(at, key, structuredClone(pick(VALUES, random)));
      return;
    case 2:
      if (Array.isArray(at)) at.splice(Number(key), 1);
      else Reflect.deleteProperty(at, key);
      return;
    case 3:
      Object.defineProperty(at, Array.isArray(at) ? at.length : String(pick(VALUES, random)), {
        value: structuredClone(other),
        enumerable: true,
        configurable: true,
        writable: true,
      });
      return;
    default:
      Reflect.set(at, key, structuredClone(other));
  }
}

function below(limit: number, random: Random): number {
  return Math.floor(random() * limit);
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const index = below(items.length, random);
  for (const item of items.slice(index, index + 1)) return item;
  throw new RangeError('nothing to pick from');
}
