import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { analyse } from '../src/analysis/analysis.ts';
import { type Block, heading, text } from '../src/reporters/blocks.ts';
import { measuredTable } from '../src/reporters/compose/measured-table.ts';
import { modelledTable } from '../src/reporters/compose/modelled.ts';
import { machineLine, whatWasRun } from '../src/reporters/compose/results.ts';
import { renderReport } from '../src/reporters/reporters.ts';
import { drawTerminal } from '../src/reporters/terminal.ts';
import { parseResults } from '../src/results/results.ts';

const RUN = 'results/readme/debian-mesa-multiarch.json';
const PICTURE = RUN.replace('.json', '.svg');

/** The README holds between these two what is drawn from the run. */
const BEGIN = '<!-- drawn by scripts/draw-readme.ts -->\n';
const END = '<!-- end -->\n';
const AS_SHOWN = { color: false, width: 100, unicode: true };

/** What of the README is drawn from the committed run: the picture, and the README with its tables. */
export async function drawReadme(): Promise<ReadonlyMap<string, string>> {
  const analysis = analyse(parseResults(read(RUN), RUN));
  const picture = await renderReport('svg', { kind: 'results', analysis }, AS_SHOWN);
  const tables = analysis.scenarios.flatMap((scenario): readonly Block[] => [
    text(whatWasRun(scenario, analysis.results)),
    text(machineLine(scenario.warnings)),
    ...scenario.emulations.flatMap((emulation) => [
      heading(2, emulation.emulation),
      measuredTable(emulation, 'stacked'),
    ]),
    ...scenario.modelled.flatMap((model) => [
      heading(2, `${model.emulation} (MODELLED, no emulator was executed)`),
      modelledTable(model),
    ]),
  ]);
  const readme = read('README.md');
  const [before = '', rest = ''] = readme.split(BEGIN);
  const after = rest.slice(rest.indexOf(END));
  const drawn = `\`\`\`\n${(await drawTerminal(tables, AS_SHOWN)).trim()}\n\`\`\`\n\n`;
  return new Map([
    [PICTURE, picture],
    ['README.md', `${before}${BEGIN}\n${drawn}${after}`],
  ]);
}

function read(path: string): string {
  return readFileSync(inProject(path), 'utf8');
}

function inProject(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

// Run by itself it writes them: npx tsx scripts/draw-readme.ts
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, content] of await drawReadme()) {
    writeFileSync(inProject(path), content);
    console.log(path);
  }
}
