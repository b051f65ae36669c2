import type { CaptureCall, Purpose } from '../core/planning/plan.ts';

/** A capture call as it stands in JSON. */
export interface PlainCall extends Pick<CaptureCall, 'arch' | 'dest' | 'patterns'> {
  readonly purpose: Purpose;
  /** Joined by colons; left out where the capture tool's own list holds. */
  readonly fallbackPaths?: string;
}

/**
 * What of a capture call is shown to programs.
 *
 * @param fallbackPaths - directories that libraries are looked for in the end; null: the capture tool's own.
 */
export function plainCall(
  { arch, purpose, dest, patterns }: CaptureCall,
  fallbackPaths: readonly string[] | null,
): PlainCall {
  return {
    ...{ arch, purpose, dest, patterns },
    ...(fallbackPaths === null ? {} : { fallbackPaths: fallbackPaths.join(':') }),
  };
}
