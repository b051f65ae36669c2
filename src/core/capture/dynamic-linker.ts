import type { Architecture } from '../sysroot/architectures.ts';
import { linkTextOrNull } from '../sysroot/read-file.ts';
import { CaptureError, failure } from './capture-error.ts';
import { followLinks, joinPath, withinTree } from './paths.ts';

/**
 * Where the standard path of the dynamic linker leads inside a tree. Nothing needs to be there.
 * Source: our capture-tool specification, section 12.
 *
 * @throws CaptureError when the links leave the tree or go round in circles.
 */
export function resolveDynamicLinker(tree: string, { dynamicLinker }: Architecture): string {
  const { path, complete } = followLinks(tree, joinPath(tree, dynamicLinker), MAX_LINKS, linkTextOrNull);
  if (!complete) {
    throw new CaptureError({ errorClass: 'SYSTEM', errno: ELOOP, details: `${path}: too many links` });
  }
  const inside = withinTree(tree, path);
  if (inside === null) throw new CaptureError(failure('XDEV', `"${path}" is not within prefix "${tree}"`));
  return inside;
}

/** No chain is that long but one that goes round in circles. */
const MAX_LINKS = 1000;
const ELOOP = 40;
