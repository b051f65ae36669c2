import { readdir } from 'node:fs/promises';
import { EXIT } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { formatBash } from '../completion/bash.ts';
import { loadGrammar, type Grammar } from '../completion/grammar.ts';
import { formatZsh } from '../completion/zsh.ts';

/** The shells that can be taught, each with what writes its script. To add one, write it and add its line. */
const SHELLS = {
  bash: formatBash,
  zsh: formatZsh,
} as const satisfies Record<string, (grammar: Grammar) => string>;

/** `launchbench completion`: a shell learns our commands, options and the words they accept. */
export const completion = defineCommand({
  description:
    'Prints a script that teaches a shell to complete commands, options, bundled scenarios, strategies, ' +
    'emulations and formats. The script holds all words itself: pressing the tab key launches nothing.',
  positionals: {
    shell: {
      describe: `The shell: ${Object.keys(SHELLS).join(' or ')}`,
      required: true,
      choices: ['bash', 'zsh'],
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
  async run({ shell }, { write, installation }) {
    const grammar = await loadGrammar(await bundledScenarios(installation.scenarios));
    write(SHELLS[shell](grammar));
    return EXIT.done;
  },
});

/** Names of the bundled scenarios. */
async function bundledScenarios(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}
