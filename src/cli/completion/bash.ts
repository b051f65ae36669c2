import { quoted } from '../../shell-words.ts';
import type { Candidates, CommandGrammar, Grammar, OptionGrammar } from './grammar.ts';

/**
 * A completion script for bash. Every word stands in the script, so that a press of the tab key starts no
 * process. Source of the variables: bash(1), "Programmable Completion".
 */
export function formatBash({ commands, globals }: Grammar): string {
  return `# Completes launchbench in bash. To use it: source <(launchbench completion bash)
# Offers the words of $1, and with -f or -d as $2 files or folders.
_launchbench_offer() {
  COMPREPLY=($(compgen -W "$1" -- "$current"))
  if [[ -n $2 ]]; then
    compopt -o filenames
    local path
    while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$2" -- "$current")
  fi
}
_launchbench() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= i
  # bash takes --option=value apart at the equals sign.
  if [[ $current == '=' ]]; then
    current=
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      --) compopt -o default; return ;;
      -* | help) ;;
      *) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  for ((; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} == -- ]]; then compopt -o default; return; fi
  done
  case "$command $previous" in
${commands.flatMap((command) => valueCases(command, 1)).join('\n')}
  esac
  # The second word of an option that takes two.
  case "$command \${COMP_WORDS[COMP_CWORD-2]}" in
${commands.flatMap((command) => valueCases(command, 2)).join('\n')}
  esac
  case $command in
    '') _launchbench_offer ${quoted(offer([...commands.map(({ name }) => name), 'help'], globals))} ;;
${commands.map((command) => commandCase(command, globals)).join('\n')}
  esac
}
complete -F _launchbench launchbench
`;
}

/** What follows an option that takes a value, as that word of it. */
function valueCases({ name, options }: CommandGrammar, word: 1 | 2): readonly string[] {
  return options.flatMap(({ names, value, valueWords }) =>
    value === null || valueWords < word
      ? []
      : [
          `    ${names.map((typed) => quoted(`${name} ${typed}`)).join(' | ')}) ${offerCandidates(value)}; return ;;`,
        ],
  );
}

/** Options once a dash is typed, otherwise what the command works on. */
function commandCase({ name, options, words }: CommandGrammar, globals: readonly OptionGrammar[]): string {
  return `    ${name})
      if [[ $current == -* ]]; then
        _launchbench_offer ${quoted(offer([], [...options, ...globals]))}
      else
        ${offerCandidates(words)}
      fi ;;`;
}

function offerCandidates({ words, paths }: Candidates): string {
  const files = paths === null ? '' : paths === 'folder' ? ' -d' : ' -f';
  return `_launchbench_offer ${quoted(words.join(' '))}${files}`;
}

function offer(words: readonly string[], options: readonly OptionGrammar[]): string {
  return [...words, ...options.flatMap(({ names }) => names)].join(' ');
}
