/** Builds the native capture-libs where that can be had; says what it did, or why there is none. Never fails. */
export function buildNative(
  root: string,
  files?: {
    readonly program?: string | undefined;
    readonly executable?: string | undefined;
    readonly flags?: readonly string[] | undefined;
  },
): Promise<{ readonly built: boolean; readonly message: string }>;
