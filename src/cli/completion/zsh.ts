import { quoted } from '../../shell-words.ts';
import type { Candidates, CommandGrammar, Grammar, OptionGrammar } from './grammar.ts';

/**
 * A completion script for zsh, to be sourced or put on `fpath` as `_launchbench`. Every word stands in the
 * script, so that a press of the tab key starts no process. Source of the syntax: zshcompsys(1), `_arguments`.
 */
export function formatZsh({ commands, globals }: Grammar): string {
  return `#compdef launchbench
# Completes launchbench in zsh. To use it: source <(launchbench completion zsh), after compinit
_launchbench_words_or_files() {
  _alternative "words:word:($*)" 'files:file:_files'
}
_launchbench() {
  local context state state_descr line
  typeset -A opt_args
  local -a globals commands
  globals=(
${indent(4, globals.flatMap(optionSpecs))}
  )
  commands=(
${indent(
  4,
  [...commands, { name: 'help', summary: 'Show what a command takes' }].map(({ name, summary }) =>
    quoted(`${name}:${summary}`),
  ),
)}
  )
  _arguments -C $globals '1: :->command' '*:: :->arguments' && return
  case $state in
    command) _describe -t commands command commands ;;
    arguments)
      case $words[1] in
        help) _describe -t commands command commands ;;
${commands.map(commandCase).join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _launchbench ]]; then _launchbench "$@"; else compdef _launchbench launchbench; fi
`;
}

function commandCase({ name, options, words }: CommandGrammar): string {
  const specs = [
    ...options.flatMap(optionSpecs),
    ...(isEmpty(words) ? [] : [quoted(`*:argument:${action(words)}`)]),
  ];
  return `        ${name})
          _arguments $globals \\
${indent(12, specs).replaceAll('\n', ' \\\n')} ;;`;
}

/** One specification for each name, each of which excludes all names unless the option can be repeated. */
function optionSpecs({ names, describe, value, valueWords, repeatable }: OptionGrammar): readonly string[] {
  return names.map((name) => {
    const exclusion = repeatable ? '*' : names.length > 1 ? `(${names.join(' ')})` : '';
    const equals = value !== null && name.startsWith('--') ? '=' : '';
    const one = value === null ? '' : `:${escapeSpec(name.replace(/^-+/u, ''))}:${action(value)}`;
    const argument = one.repeat(valueWords);
    return quoted(`${exclusion}${name}${equals}[${escapeSpec(describe)}]${argument}`);
  });
}

function action({ words, paths }: Candidates): string {
  const files = paths === null ? null : paths === 'folder' ? '_files -/' : '_files';
  if (files === null) return words.length === 0 ? ' ' : `(${words.join(' ')})`;
  // A blank in front: the words behind it are its arguments as they stand. Source: zshcompsys(1), "_arguments".
  return words.length === 0 ? files : ` _launchbench_words_or_files ${words.join(' ')}`;
}

function isEmpty({ words, paths }: Candidates): boolean {
  return words.length === 0 && paths === null;
}

function escapeSpec(text: string): string {
  return text.replace(/[[\]:\\]/gu, '\\$&');
}

function indent(columns: number, lines: readonly string[]): string {
  return lines.map((line) => ' '.repeat(columns) + line).join('\n');
}
