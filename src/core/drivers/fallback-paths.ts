/**
 * Where upstream's capture tool of 2022 and 2023 looks for a name last, in discovery and in captures; today's looks
 * in more places (`Architecture.fallbackPaths`). Source: our capture-tool specification, 4.2.
 */
export const FALLBACK_PATHS_OF_2022: readonly string[] = ['/lib', '/usr/lib'];
