import { basename } from 'node:path';
import { EXIT } from '../../errors.ts';
import { readForeignJson } from '../../results/json-file.ts';
import { readText } from '../../results/read-text.ts';
import { writeFile } from '../../results/write-file.ts';
import { importReport } from '../../scenario/import-report.ts';
import { parseScenario } from '../../scenario/parse.ts';
import { systemReportSchema } from '../../scenario/system-report.ts';
import { defineCommand } from '../command.ts';
import { FILE } from '../option-kinds.ts';

/** `launchbench import`: the machine of a bug report as a scenario. */
export const importCommand = defineCommand({
  description:
    'Makes a scenario of a report of steam-runtime-system-info, the usual attachment of bug reports: the drivers of that ' +
    'machine by class, architecture, library and manifest. What a report does not tell is said.',
  positionals: {
    report: { describe: 'The report, JSON', required: true, completes: 'file' },
  },
  options: {
    output: { ...FILE, alias: 'o', describe: 'Write the scenario to a new file instead of standard output' },
    name: {
      type: 'string',
      placeholder: 'NAME',
      describe: 'Name of the scenario; that of the report without its endings when left out',
    },
  },
  examples: [
    {
      purpose: 'What the launches of a user’s machine would have been',
      line: 'launchbench import report.json -o theirs.yaml && launchbench run theirs.yaml --counts-only',
    },
  ],
  async run({ report: path, output, name, json }, world) {
    const report = readForeignJson(await readText(world.files.resolve(path), 'report'), path, {
      schema: systemReportSchema,
      hint: 'A report is what `steam-runtime-system-info > report.json` prints.',
    });
    const imported = importReport(report, name ?? scenarioName(path), basename(path));
    // What comes out is a scenario that run accepts, or it does not come out.
    parseScenario(imported.text, { source: output ?? 'the scenario', folder: world.cwd });
    for (const note of imported.notes) world.log(note);
    if (output !== undefined)
      await writeFile(world.files.resolve(output), imported.text, { over: 'nothing' });
    if (json)
      world.write(`${JSON.stringify({ notes: imported.notes, scenario: output ?? imported.text })}\n`);
    else if (output === undefined) world.write(imported.text);
    return EXIT.done;
  },
});

/** `steam-runtime-system-info.debian12.json` → `debian12`: its last word that says something. */
function scenarioName(path: string): string {
  const words = basename(path)
    .replace(/\.(json|txt|log)$/u, '')
    .replace(/^(steam-runtime-)?system-info[._-]?/u, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-');
  return words === '' ? 'report' : words;
}
