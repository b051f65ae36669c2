/**
 * How long a test waits for something that happens at once on an idle machine: for what hangs, not for what is slow,
 * and so that the test says what it waited for before its own limit ends it.
 */
export const PATIENCE = { timeout: 100_000 };
