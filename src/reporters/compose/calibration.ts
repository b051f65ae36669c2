import { LARGEST_HOLD_OUT_ERROR, type Calibration, type FittedPoint } from '../../analysis/calibrate.ts';
import type { Model } from '../../launch/emulations/emulation-schemas.ts';
import type { ThirdParameter } from '../../launch/emulations/model.ts';
import { type Block, cell, figures, heading, list, text, type TableCell, words } from '../blocks.ts';
import { formatMs } from '../format-numbers.ts';
import { modelNote, signedPercent } from './modelled.ts';

/** What is said of a calibration. */
export interface CalibrationReport {
  readonly calibration: Calibration;
  readonly model: Model;
  /** What the model is called. */
  readonly name: string;
  readonly rounds: number;
  /** What is to be said besides, in whole sentences. */
  readonly notes: readonly string[];
}

/** A calibration: whether it can be used, the parameters, and how far each point is missed. */
export function composeCalibration({
  calibration,
  model,
  name,
  rounds,
  notes,
}: CalibrationReport): readonly Block[] {
  const { points, holdOut, usable, rms, max, choices } = calibration;
  const { loadAverage, fileSystem = null } = model.calibration ?? {};
  const answer = `${holdOut.call}, held out, is missed by ${signedPercent(holdOut.error)}`;
  const { title, facts } = modelNote(name, model);
  return [
    usable
      ? text(`${answer}: the model can be used.`, 'good')
      : text(`${answer}: more than ${share(LARGEST_HOLD_OUT_ERROR)}, so there is no model.`, 'bad'),
    ...list(title, facts),
    heading(2, `CPU time of each call, medians of ${rounds} rounds`),
    {
      kind: 'table',
      caption: null,
      columns: [
        words('call'),
        figures('launches', 2),
        figures('libraries', 1),
        figures('pages', 1),
        figures('native'),
        figures('emulated'),
        figures('predicted'),
        figures('error'),
      ],
      rows: [...points.map((point) => pointRow(point, '')), pointRow(holdOut, ', held out')],
    },
    text(`Errors of the calls that were fitted: ${share(rms)} (rms), at most ${share(max)}.`),
    ...list(
      'Errors of calls that were left out of the fit, by which the parameters were chosen',
      choices.map(
        (choice) =>
          `${CHOICE_WORDS[choice.third ?? 'none']}: ${share(choice.rms)} (rms), at most ${share(choice.max)}`,
      ),
    ),
    ...(loadAverage === undefined
      ? []
      : [
          text(
            `Load average: ${loadWords(loadAverage.before)} before, ${loadWords(loadAverage.after)} after.`,
          ),
        ]),
    ...(fileSystem === 'tmpfs'
      ? []
      : [
          text(
            `Links were made on ${fileSystem ?? 'an unknown file system'}: where that is a disk, they cost time that no emulator multiplies. Set TMPDIR to a folder on tmpfs, such as /dev/shm.`,
            'warning',
          ),
        ]),
    ...notes.map((note) => text(note)),
  ];
}

const CHOICE_WORDS = {
  none: 'F and k',
  perLibraryMs: 'F, k and a cost for each library',
  perPageMs: 'F, k and a cost for each page',
} as const satisfies Record<ThirdParameter | 'none', string>;

function pointRow(
  { call, launches, libraries, pages, nativeMs, emulatedMs, predictedMs, error }: FittedPoint,
  mark: string,
): readonly TableCell[] {
  return [
    cell(call + mark, 'strong'),
    cell(launches),
    cell(libraries ?? '—'),
    cell(pages === null ? '—' : Math.round(pages)),
    cell(formatMs(nativeMs)),
    cell(formatMs(emulatedMs)),
    cell(formatMs(predictedMs)),
    cell(signedPercent(error)),
  ];
}

function share(value: number): string {
  return `${Math.round(value * 100)} %`;
}

function loadWords(load: number | null): string {
  return load === null ? 'not known' : load.toFixed(2);
}
