import { EXIT } from '../../errors.ts';
import { readBundledScenario } from '../../scenario/load.ts';
import { defineCommand } from '../command.ts';
import { formatPage } from '../help-page.ts';
import { scenarioWords } from '../scenario-words.ts';

/** `launchbench scenarios`: what can be run without writing a file, and what to start a file from. */
export const scenarios = defineCommand({
  description:
    'Lists the scenarios that come with launchbench, or prints one of them to start your own from. The copy runs from ' +
    'any folder: the line that teaches editors its schema is printed with an absolute path.',
  positionals: {
    name: { describe: 'The scenario to print; without it, all are listed', completes: 'bundled-scenario' },
  },
  options: {},
  examples: [
    { purpose: 'What there is', line: 'launchbench scenarios' },
    {
      purpose: 'A scenario of your own, with every key',
      line: 'launchbench scenarios emulators > mine.yaml',
    },
  ],
  async run({ name, json }, world) {
    if (name !== undefined) {
      const text = await readBundledScenario(name, world);
      world.write(json ? `${JSON.stringify({ name, text }, null, 2)}\n` : text);
      return EXIT.done;
    }
    const { meanings } = await scenarioWords(world);
    const list = Object.entries(meanings).map(([scenario, description]) => ({ name: scenario, description }));
    world.write(
      json
        ? `${JSON.stringify({ scenarios: list }, null, 2)}\n`
        : formatPage(world.terminal.width, [{ rows: Object.entries(meanings) }]),
    );
    return EXIT.done;
  },
});
