import { UsageError } from '../../errors.ts';

/** An option of the program. */
export interface OptionSpec {
  /** Without the two dashes. */
  readonly name: string;
  /** What its value is called in the help; null when it takes none. */
  readonly value: string | null;
  readonly help: string;
  /** False: it must be written in full, and makes nobody else's abbreviation ambiguous. */
  readonly abbreviates: boolean;
}

/** One thing on the command line. */
export type Argument<Name extends string> =
  | { readonly kind: 'option'; readonly name: Name; readonly value: string }
  | { readonly kind: 'operand'; readonly text: string };

/**
 * Reads a command line by the rules of `getopt_long(3)`: `--opt=value`, `--opt value`, unambiguous
 * abbreviations, `--`, `-h`; options may follow operands unless POSIXLY_CORRECT is set. Each argument is given
 * out before the next is looked at.
 *
 * @throws UsageError at the first argument that is not understood.
 */
export function* readArguments<Name extends string>(
  args: readonly string[],
  specs: readonly (OptionSpec & { readonly name: Name })[],
  { helpOption, posixlyCorrect }: { readonly helpOption: Name; readonly posixlyCorrect: boolean },
): Generator<Argument<Name>> {
  const rest = [...args];
  for (let text = rest.shift(); text !== undefined; text = rest.shift()) {
    if (text === '--') break;
    if (text.startsWith('--')) {
      yield readLongOption(text.slice(2), rest, specs);
    } else if (text.startsWith('-') && text !== '-') {
      // Whatever else is in the cluster is not looked at: asking for help ends everything.
      if (!text.startsWith('-h')) throw new UsageError(`unknown option "-${text.charAt(1)}"`);
      yield { kind: 'option', name: helpOption, value: '' };
    } else {
      yield { kind: 'operand', text };
      if (posixlyCorrect) break;
    }
  }
  for (const text of rest) yield { kind: 'operand', text };
}

function readLongOption<Name extends string>(
  text: string,
  rest: string[],
  specs: readonly (OptionSpec & { readonly name: Name })[],
): Argument<Name> {
  const equals = text.indexOf('=');
  const written = equals < 0 ? text : text.slice(0, equals);
  const { name, value: wanted } = findOption(written, specs);
  if (wanted === null) {
    if (equals >= 0) throw new UsageError(`option "--${name}" takes no value`);
    return { kind: 'option', name, value: '' };
  }
  const value = equals < 0 ? rest.shift() : text.slice(equals + 1);
  if (value === undefined) throw new UsageError(`option "--${name}" needs a value: --${name}=${wanted}`);
  return { kind: 'option', name, value };
}

function findOption<Spec extends OptionSpec>(written: string, specs: readonly Spec[]): Spec {
  const exact = specs.find(({ name }) => name === written);
  if (exact !== undefined) return exact;
  const [only, ...others] = specs.filter(({ name, abbreviates }) => abbreviates && name.startsWith(written));
  if (only === undefined) throw new UsageError(`unknown option "--${written}"`);
  if (others.length > 0) {
    const names = [only, ...others].map(({ name }) => `--${name}`).join(', ');
    throw new UsageError(`option "--${written}" is ambiguous: ${names}`);
  }
  return only;
}
