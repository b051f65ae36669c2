import { EXIT } from '../../errors.ts';
import { bundledScenarios } from '../../scenario/load.ts';
import { defineCommand } from '../command.ts';
import { formatBash } from '../completion/bash.ts';
import { loadGrammar, type Grammar } from '../completion/grammar.ts';
import { formatZsh } from '../completion/zsh.ts';

/** The shells that can be taught. */
const SHELL_NAMES = ['bash', 'zsh'] as const;

/** What writes the script of each. To add a shell, write it, name it above and add its line here. */
const SHELLS = {
  bash: formatBash,
  zsh: formatZsh,
} as const satisfies Record<(typeof SHELL_NAMES)[number], (grammar: Grammar) => string>;

/** `launchbench completion`: a shell learns our commands, options and the words they accept. */
export const completion = defineCommand({
  description:
    'Prints a script that teaches a shell to complete commands, options, bundled scenarios, strategies, ' +
    'emulations and formats. The script holds all words itself: pressing the tab key launches nothing.',
  positionals: {
    shell: {
      describe: `The shell: ${SHELL_NAMES.join(' or ')}`,
      required: true,
      choices: SHELL_NAMES,
    },
  },
  options: {},
  examples: [
    {
      purpose: 'For this bash session; put the line into ~/.bashrc for all',
      line: 'source <(launchbench completion bash)',
    },
    {
      purpose: 'For zsh, into a folder on fpath',
      line: 'launchbench completion zsh > ~/.zfunc/_launchbench',
    },
  ],
  async run({ shell }, world) {
    const grammar = await loadGrammar(await bundledScenarios(world));
    world.write(SHELLS[shell](grammar));
    return EXIT.done;
  },
});
