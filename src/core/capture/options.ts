import { UsageError } from '../../errors.ts';
import { PROGRAM_OPTIONS, type ProgramOption } from './program-options.ts';

/** One thing on the command line. */
export type Argument =
  | { readonly kind: 'option'; readonly name: ProgramOption['name']; readonly value: string }
  | { readonly kind: 'operand'; readonly text: string };

/**
 * Reads the command line of `capture-libs` by the rules of `getopt_long(3)`: `--opt=value`, `--opt value`, unambiguous
 * abbreviations, `--`, `-h`; options may follow operands unless POSIXLY_CORRECT is set. Each argument is given
 * out before the next is looked at.
 *
 * @throws UsageError at the first argument that is not understood.
 */
export function* readArguments(
  args: readonly string[],
  { posixlyCorrect }: { readonly posixlyCorrect: boolean },
): Generator<Argument> {
  const rest = [...args];
  for (let text = rest.shift(); text !== undefined; text = rest.shift()) {
    if (text === '--') break;
    if (text.startsWith('--')) {
      yield readLongOption(text.slice(2), rest);
    } else if (text.startsWith('-') && text !== '-') {
      // Whatever else is in the cluster is not looked at: asking for help ends everything.
      if (!text.startsWith('-h')) throw new UsageError(`unknown option "-${text.charAt(1)}"`);
      yield { kind: 'option', name: 'help', value: '' };
    } else {
      yield { kind: 'operand', text };
      if (posixlyCorrect) break;
    }
  }
  for (const text of rest) yield { kind: 'operand', text };
}

function readLongOption(text: string, rest: string[]): Argument {
  const equals = text.indexOf('=');
  const written = equals < 0 ? text : text.slice(0, equals);
  const { name, value: wanted } = findOption(written);
  if (wanted === null) {
    if (equals >= 0) throw new UsageError(`option "--${name}" takes no value`);
    return { kind: 'option', name, value: '' };
  }
  const value = equals < 0 ? rest.shift() : text.slice(equals + 1);
  if (value === undefined) throw new UsageError(`option "--${name}" needs a value: --${name}=${wanted}`);
  return { kind: 'option', name, value };
}

function findOption(written: string): ProgramOption {
  const exact = PROGRAM_OPTIONS.find(({ name }) => name === written);
  if (exact !== undefined) return exact;
  const [only, ...others] = PROGRAM_OPTIONS.filter(
    ({ name, abbreviates }) => abbreviates && name.startsWith(written),
  );
  if (only === undefined) throw new UsageError(`unknown option "--${written}"`);
  if (others.length > 0) {
    const names = [only, ...others].map(({ name }) => `--${name}`).join(', ');
    throw new UsageError(`option "--${written}" is ambiguous: ${names}`);
  }
  return only;
}
