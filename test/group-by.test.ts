import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countBy, groupBy } from '../src/group-by.ts';

it('groups and counts hold every item once, keys in the order in which they come', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5)), (items) => {
      const isOdd = (item: number) => item % 2 === 1;
      const groups = groupBy(items, isOdd);
      expect([...groups.keys()]).toEqual([...new Set(items.map(isOdd))]);
      for (const [key, group] of groups) expect(group).toEqual(items.filter((item) => isOdd(item) === key));
      expect([...countBy(items, isOdd)]).toEqual([...groups].map(([key, group]) => [key, group.length]));
    }),
  );
});
