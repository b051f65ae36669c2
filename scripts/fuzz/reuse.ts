import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { formatKeptList, parseKeptList } from '../../src/core/overrides/kept-list.ts';
import { SysrootError } from '../../src/errors.ts';
import {
  aKeptStack,
  captureAndLook,
  type KeptStack,
  listFile,
  nextTick,
  startAndLook,
} from '../../test/builders/kept-overrides.ts';
import { changeSomething } from '../../test/builders/stack-changes.ts';
import { SHARES, type Target } from './fuzz.ts';

/** Lists that are kept beside overrides. */
export async function keptLists(): Promise<Target> {
  const folder = newFolder();
  const stack = await aKeptStack(folder);
  await startAndLook(stack);
  const list = readFileSync(listFile(stack), 'utf8');
  remove(folder);
  const body = list.slice(list.indexOf('\n') + 1);
  return {
    // Without the digest in front, the reader would see nothing but that it is wrong.
    samples: [Buffer.from(body)],
    isJson: true,
    read(input) {
      const kept = parseKeptList(withDigest(input.toString('utf8')));
      formatKeptList(kept);
    },
  };
}

/** After how many changes the trees are made anew: changes add up, until little is left that could be captured. */
const CHANGES_A_TREE = 10;

/**
 * One change at a time, of anything that overrides depend on or do not: what a start leaves must be what a capture leaves
 * that knows nothing of any overrides before. The input is not used.
 */
export function stackChanges(): Target {
  const folder = newFolder();
  let stack: KeptStack | null = null;
  let changes: string[] = [];
  return {
    samples: [Buffer.of()],
    isJson: false,
    share: SHARES.capturing,
    async read(_, random) {
      if (stack === null || changes.length === CHANGES_A_TREE) {
        remove(folder);
        changes = [];
        stack = await aKeptStack(folder);
        await startAndLook(stack);
      }
      nextTick(folder);
      changes.push(changeSomething(stack, random));
      const { left, why } = await startAndLook(stack);
      const fresh = await captureAndLook(stack);
      const history = `${changes.join('; ')}\nstart: ${why ?? 'used again'}\n`;
      if (!isDeepStrictEqual(left, fresh)) {
        stack = null;
        throw new Error(`${history}left ${JSON.stringify(left)}\nfresh ${JSON.stringify(fresh)}`);
      }
      if (left === 'refused') {
        stack = null;
        throw new SysrootError('nothing can be captured any more');
      }
      // Always to capture would be right, too, and of no use.
      if (why !== null && random() < 0.2) {
        const again = await startAndLook(stack);
        if (again.why !== null) throw new Error(`${history}again: ${String(again.why)}`);
      }
    },
    close() {
      remove(folder);
      return Promise.resolve();
    },
  };
}

function withDigest(body: string): string {
  const sha256 = createHash('sha256').update(body.slice(0, -1)).digest('hex');
  return `${JSON.stringify({ schema: 'launchbench.reuse/1', sha256 })}\n${body}`;
}

/** Folders may be forbidden to us, too. */
function remove(folder: string): void {
  if (existsSync(folder)) execFileSync('chmod', ['-R', 'u+rwX', folder]);
  rmSync(folder, { recursive: true, force: true });
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'launchbench-fuzz-'));
}
