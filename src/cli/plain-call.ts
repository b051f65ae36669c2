import { fallbackPathsOf } from '../core/overrides/fallback-paths.ts';
import type { CaptureCall, Purpose } from '../core/planning/plan.ts';
import type { OpenStack } from './stack-options.ts';

/** A capture call as it stands in JSON. */
export interface PlainCall extends Pick<CaptureCall, 'arch' | 'dest' | 'patterns'> {
  readonly purpose: Purpose;
  /** Joined by colons; left out where the capture tool's own list holds. */
  readonly fallbackPaths?: string;
}

/** What of a capture call is shown to programs. */
export function plainCall({ arch, purpose, dest, patterns }: CaptureCall, stack: OpenStack): PlainCall {
  const fallback = fallbackPathsOf(stack, arch);
  return {
    ...{ arch, purpose, dest, patterns },
    ...(fallback === null ? {} : { fallbackPaths: fallback.list.join(':') }),
  };
}
