import type { CalibrationFacts } from '../launch/emulations/emulation-schemas.ts';
import type { RowName } from '../results/cell-name.ts';
import type { Fingerprint, ModelledCell, ToolIdentity } from '../results/results.ts';

/** A calibrated model that is used for something else than it was fitted on. */
export interface StaleCalibration {
  /** Name of the model. */
  readonly emulation: string;
  /** In words. */
  readonly differences: readonly {
    readonly what: 'tool' | 'emulator' | 'environment' | 'processor' | 'file system';
    readonly calibrated: string;
    readonly here: string;
  }[];
}

/** Models that have to be fitted again before their figures can be relied on. Our emulation specification, 3.3. */
export function staleCalibrations(
  cells: readonly ModelledCell[],
  fingerprint: Fingerprint,
): readonly StaleCalibration[] {
  return [...new Set(cells.map(({ emulation }) => emulation))].flatMap((emulation) => {
    const ofModel = cells.filter((cell) => cell.emulation === emulation);
    const calibration = ofModel[0]?.model.calibration;
    if (calibration === undefined) return [];
    const tools = ofModel.flatMap((cell) => toolsOf(cell, fingerprint.tools));
    const differences = [
      ...toolDifferences(calibration, tools),
      ...emulatorDifferences(calibration, fingerprint),
      ...difference('processor', calibration.cpu, fingerprint.cpu.model),
      ...difference(
        'file system',
        calibration.fileSystem ?? 'unknown',
        fingerprint.fileSystems.temporary ?? 'unknown',
      ),
    ];
    return differences.length === 0 ? [] : [{ emulation, differences }];
  });
}

/**
 * Whether the tool of a cell is a Node program and that of the calibration is none, or the other way round: then the
 * parameters say nothing about it, since starting Node is most of what such a launch costs.
 */
export function isForAnotherKindOfTool(cell: ModelledCell, tools: readonly ToolIdentity[]): boolean {
  const { calibration } = cell.model;
  if (calibration === undefined) return false;
  return toolsOf(cell, tools).some((tool) => isNodeProgram(tool) !== isNodeProgram(calibration.tool));
}

function isNodeProgram({ kind }: Pick<ToolIdentity, 'kind'>): boolean {
  return kind === 'node' || kind === 'own';
}

function toolsOf({ tool }: RowName, tools: readonly ToolIdentity[]): readonly ToolIdentity[] {
  return tools.filter((one) => one.tool === tool);
}

function toolDifferences(
  { tool }: CalibrationFacts,
  tools: readonly ToolIdentity[],
): StaleCalibration['differences'] {
  const other = tools.find(({ sha256, kind }) => sha256 !== tool.sha256 || kind !== tool.kind);
  return other === undefined ? [] : difference('tool', toolWords(tool), toolWords(other));
}

/** Only where the emulator ran in the same run: nothing else knows its version. */
function emulatorDifferences(
  { emulator, environment }: CalibrationFacts,
  fingerprint: Fingerprint,
): StaleCalibration['differences'] {
  // One emulation may have a command for each architecture.
  const here = fingerprint.emulators.find(({ command }) => partsOf(command).includes(emulator.command));
  if (here === undefined) return [];
  const isSameVersion =
    here.version === emulator.version || partsOf(here.version ?? '').includes(emulator.version ?? '');
  return [
    ...(isSameVersion ? [] : difference('emulator', versionWords(emulator), versionWords(here))),
    ...difference(
      'environment',
      environmentWords(environment, emulator.configuration),
      environmentWords(fingerprint.environment, here.configuration),
    ),
  ];
}

function partsOf(list: string): readonly string[] {
  return list.split(', ');
}

function difference(
  what: StaleCalibration['differences'][number]['what'],
  calibrated: string,
  here: string,
): StaleCalibration['differences'] {
  return calibrated === here ? [] : [{ what, calibrated, here }];
}

function toolWords({ name, version, kind, sha256 }: CalibrationFacts['tool']): string {
  const digest = sha256 === null ? [] : [`(${sha256.slice(0, 12)})`];
  return [name, ...(version === null ? [] : [version]), kind, ...digest].join(' ');
}

function versionWords({ command, version }: CalibrationFacts['emulator']): string {
  return version ?? `${command} of unknown version`;
}

function environmentWords(
  environment: CalibrationFacts['environment'],
  configuration: string | null,
): string {
  const words = Object.entries(environment)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  return [...words, ...(configuration === null ? [] : [configuration])].join(' ') || 'none';
}
