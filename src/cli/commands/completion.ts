import { EXIT, UsageError } from '../../errors.ts';
import { defineCommand } from '../command.ts';

export const completion = defineCommand({
  description: 'Prints a script that teaches a shell to complete launchbench.',
  positionals: { shell: { describe: 'bash or zsh', required: true } },
  options: {},
  examples: [],
  run({ shell }) {
    if (shell !== EXIT.done.toString()) throw new UsageError(`No completion for ${shell}`);
    return EXIT.done;
  },
});
