import { chmodSync, mkdirSync, renameSync, rmdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { fsPath } from '../sysroot/byte-text.ts';
import { namesIn } from '../sysroot/read-file.ts';
import { readLinks } from './destination-links.ts';
import { explainingFailures } from './overrides-tree.ts';

/** A folder that stands for one destination after another, for a tool that knows but one. */
export interface Staging {
  /** Where the tool makes its links. */
  readonly directory: string;
  /** Folder of our own beside it, in the same file system. */
  readonly besides: string;
  /**
   * Moves all links to the destination that it stood for, and stands for another one: what is there already is there
   * for the tool, too, which makes no link twice.
   *
   * @returns the links that the destination has: name to target, as far as they have been read.
   */
  standFor(destination: string): ReadonlyMap<string, string>;
  /** Reads which links have been made. */
  readNew(): void;
  /** Makes a link, unless there is something of this name. */
  link(name: string, target: string): void;
  /** Moves all links to where they belong, and removes the folders. */
  close(): void;
  /** Removes the folders with all that is in them. */
  discard(): void;
}

/** Makes a staging folder in the overrides, from where links can be renamed to any destination. */
export function openStaging(overrides: string): Staging {
  const besides = `${overrides}/.single-launch`;
  const directory = `${besides}/dest`;
  const known = new Map<string, Map<string, string>>();
  let destination: string | null = null;
  let links = new Map<string, string>();
  /** Names that something else than a link has in the destination. */
  let taken: readonly string[] = [];

  const moveOut = (): void => {
    if (destination === null) return;
    for (const name of links.keys()) move(name, directory, destination);
    for (const name of taken) rmdirSync(fsPath(`${directory}/${name}`));
  };
  /** The last destination, which is libdir, has more links than all others: the folder itself takes its place. */
  const takePlace = (of: string): void => {
    for (const name of taken) rmdirSync(fsPath(`${directory}/${name}`));
    for (const name of namesIn(of)) move(name, of, directory);
    chmodSync(directory, statSync(of).mode);
    rmdirSync(of);
    renameSync(directory, of);
  };
  explainingFailures(() => {
    mkdirSync(besides, { mode: 0o700 });
    mkdirSync(directory, { mode: 0o700 });
  });
  return {
    directory,
    besides,
    standFor(wanted) {
      if (wanted === destination) return links;
      explainingFailures(() => {
        moveOut();
        destination = wanted;
        links = known.get(wanted) ?? new Map<string, string>();
        known.set(wanted, links);
        for (const name of links.keys()) move(name, wanted, directory);
        taken = namesIn(wanted);
        for (const name of taken) mkdirSync(fsPath(`${directory}/${name}`));
      });
      return links;
    },
    readNew() {
      readLinks(directory, links);
    },
    link(name, target) {
      if (links.has(name) || taken.includes(name)) return;
      explainingFailures(() => {
        symlinkSync(fsPath(target), fsPath(`${directory}/${name}`));
      });
      links.set(name, target);
    },
    close() {
      explainingFailures(() => {
        if (destination !== null && namesIn(destination).length < links.size) takePlace(destination);
        else moveOut();
        rmSync(besides, { recursive: true });
      });
    },
    discard() {
      rmSync(besides, { recursive: true, force: true });
    },
  };
}

/** A link is renamed as it is, wherever it leads. */
function move(name: string, from: string, to: string): void {
  renameSync(fsPath(`${from}/${name}`), fsPath(`${to}/${name}`));
}
