import { STRATEGIES } from '../core/overrides/strategies.ts';
import { NATIVE } from '../launch/emulations/emulations.ts';
import { PRESETS } from '../launch/emulations/presets.ts';
import type { WordList } from './command.ts';

/** The strategies, as help explains them. */
export const STRATEGY_WORDS: WordList = { title: 'Strategies', meanings: summaries(STRATEGIES) };

/** The emulations that need no scenario to name them, as help explains them. */
export const EMULATION_WORDS: WordList = {
  title: 'Emulations',
  meanings: {
    [NATIVE.name]: 'no emulator: what is launched runs as it is',
    ...Object.fromEntries(
      Object.entries(summaries(PRESETS)).map(([name, summary]) => [name, `${summary} (modelled)`]),
    ),
  },
};

function summaries(table: Readonly<Record<string, { readonly summary: string }>>): WordList['meanings'] {
  return Object.fromEntries(Object.entries(table).map(([name, { summary }]) => [name, summary]));
}
