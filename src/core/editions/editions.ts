import type { Edition } from './edition.ts';
import { EDITION_2022 } from './edition-2022.ts';
import { EDITION_2026 } from './edition-2026.ts';

/** Every edition that users can pick. To add one, write its file and add its line here. */
export const EDITIONS = {
  '2022': EDITION_2022,
  '2026': EDITION_2026,
} as const satisfies Record<string, Edition>;

/** The name of an edition. */
export type EditionName = keyof typeof EDITIONS;

/** The names of all editions, oldest first. */
export const EDITION_NAMES: readonly EditionName[] = Object.keys(EDITIONS).filter(isEditionName);

/** What is followed unless something else is asked for: what upstream does today. */
export const DEFAULT_EDITION = '2026' satisfies EditionName;

/** The edition of a name; of none, today's. */
export function editionNamed(name: EditionName = DEFAULT_EDITION): Edition {
  return EDITIONS[name];
}

/** Whether a word, from a command line or a file, names an edition. */
export function isEditionName(word: string): word is EditionName {
  return Object.hasOwn(EDITIONS, word);
}
