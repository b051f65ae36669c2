import type { CalibrationFacts } from '../launch/emulations/emulation-schemas.ts';
import type { RowName } from '../results/cell-name.ts';
import { byEmulation } from '../results/cells.ts';
import type { Fingerprint, ModelledCell, ToolIdentity } from '../results/results.ts';

/** A calibrated model that is used for something else than it was fitted on. */
export interface StaleCalibration {
  /** Name of the model. */
  readonly emulation: string;
  /** In words. */
  readonly differences: readonly Condition[];
}

/** Something that a calibration holds for, and what it is here. */
interface Condition {
  readonly what: 'tool' | 'emulator' | 'environment' | 'processor' | 'file system';
  readonly calibrated: string;
  readonly here: string;
}

/** Models that have to be fitted again before their figures can be relied on. Our emulation specification, 3.3. */
export function staleCalibrations(
  cells: readonly ModelledCell[],
  fingerprint: Fingerprint,
): readonly StaleCalibration[] {
  return byEmulation(cells).flatMap(({ emulation, cells: ofModel }) => {
    const calibration = ofModel[0]?.model.calibration;
    if (calibration === undefined) return [];
    const tools = ofModel.flatMap((cell) => toolsOf(cell, fingerprint.tools));
    const differences = [...conditionsOf(calibration, tools, fingerprint)].filter(
      ({ calibrated, here }) => calibrated !== here,
    );
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

function* conditionsOf(
  { tool, emulator, environment, cpu, fileSystem }: CalibrationFacts,
  tools: readonly ToolIdentity[],
  fingerprint: Fingerprint,
): Generator<Condition> {
  const other = tools.find(({ sha256, kind }) => sha256 !== tool.sha256 || kind !== tool.kind);
  if (other !== undefined) yield { what: 'tool', calibrated: toolWords(tool), here: toolWords(other) };
  // Only where the emulator ran in the same run: nothing else knows its version. It may have a command for each architecture.
  const ran = fingerprint.emulators.find(({ command }) => partsOf(command).includes(emulator.command));
  if (ran !== undefined) {
    const isSameVersion =
      ran.version === emulator.version || partsOf(ran.version ?? '').includes(emulator.version ?? '');
    if (!isSameVersion) {
      yield { what: 'emulator', calibrated: versionWords(emulator), here: versionWords(ran) };
    }
    yield {
      what: 'environment',
      calibrated: environmentWords(environment, emulator.configuration),
      here: environmentWords(fingerprint.environment, ran.configuration),
    };
  }
  yield { what: 'processor', calibrated: cpu, here: fingerprint.cpu.model };
  const temporary = fingerprint.fileSystems.temporary ?? 'unknown';
  yield { what: 'file system', calibrated: fileSystem ?? 'unknown', here: temporary };
}

function partsOf(list: string): readonly string[] {
  return list.split(', ');
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
