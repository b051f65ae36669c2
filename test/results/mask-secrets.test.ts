import { describe, expect, it } from 'vitest';
import { maskSecretsInLine } from '../../src/results/mask-secrets.ts';

describe('a command line in one text', () => {
  it.each([
    { line: "curl -H 'Authorization: Bearer abc' x", masked: "curl -H 'Authorization: ***' x" },
    { line: 'start --token hunter2 --fast', masked: "start --token '***' --fast" },
    { line: 'start --token hunter2 | cat', masked: 'start --token *** | cat' },
    // Where a shell alone could say where the value ends, all that follows goes with it.
    { line: 'API_KEY=hunter2 start > out', masked: 'API_KEY=***' },
  ])('loses what looks like a token: $line', ({ line, masked }) => {
    expect(maskSecretsInLine(line)).toBe(masked);
  });

  it.each(['start  "as typed"  --fast', 'a | b'])('otherwise stays as it was typed: %s', (line) => {
    expect(maskSecretsInLine(line)).toBe(line);
  });
});
