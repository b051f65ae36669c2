import { countBy } from '../../group-by.ts';
import { plural } from '../../plural.ts';
import { nameIn } from '../../results/trace.ts';
import type { AdviceRule } from './advice.ts';

/** Along PATH a program is executed in one folder after the other, until it is there. */
export const adviseOnPathSearches: AdviceRule = ({ tree }) => {
  const searching = tree.filter(({ seq, tried = [] }) => seq > 0 && tried.length > 0);
  const tried = searching.flatMap((launch) => launch.tried ?? []);
  const [name, ...names] = mostOf(searching.map(nameIn));
  if (name === undefined) return [];
  const [folder = '/'] = mostOf(tried.map((path) => path.slice(0, path.lastIndexOf('/')) || '/'));
  const others = names.length === 0 ? '' : ` and ${plural(names.length, 'other program')}`;
  return [
    {
      kind: 'path-search',
      what: `${plural(searching.length, 'launch', 'launches')} of ${name}${others} took ${plural(tried.length, 'failed exec')} along PATH, most often in ${folder}; whole paths, or a shorter PATH, save them`,
      caution: 'They cost microseconds each, not a launch: worth it where there are very many',
      effect: 'merged',
      saved: [],
      kept: searching.map(({ seq }) => seq),
      attempts: tried.length,
    },
  ];
};

/** Each word once, what comes most often first. */
function mostOf(words: readonly string[]): readonly string[] {
  return [...countBy(words, (word) => word)].sort(([, a], [, b]) => b - a).map(([word]) => word);
}
