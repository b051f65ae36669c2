import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { emulationOf, formatModelFile, parseModelFile } from '../../src/scenario/model-file.ts';
import { aModelFile } from '../builders/some-models.ts';

/** The text of a model file with something in it replaced. */
function textWith(found: string | RegExp, put: string): string {
  const text = formatModelFile(aModelFile());
  const changed = text.replace(found, put);
  if (changed === text) throw new Error(`there is no ${String(found)}`);
  return changed;
}

function complaintAbout(text: string): string {
  try {
    parseModelFile(text, 'm.json');
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  throw new Error('expected a complaint, found none');
}

describe('a model file', () => {
  it('is read as it was written', () => {
    expect(parseModelFile(formatModelFile(aModelFile()), 'm.json')).toEqual(aModelFile());
  });

  it('is an emulation of its name', () => {
    const { model } = aModelFile();
    expect(emulationOf(aModelFile())).toEqual({ kind: 'model', name: 'qemu-calibrated', model });
  });

  it('keeps what a later version may add', () => {
    const text = textWith('"hostFactor": 1', '"hostFactor": 1, "newer": [1]');
    expect(formatModelFile(parseModelFile(text, 'm.json'))).toContain('"newer": [1]');
  });

  it.each([
    { put: 'NaN', says: 'expected a number, found "NaN"' },
    { put: '.nan', says: 'expected a number' },
    { put: '1e999', says: 'expected a number' },
    { put: '-Infinity', says: 'expected a number' },
    { put: '-1', says: 'expected a number from 0, found the number -1' },
    { put: '1e18', says: 'expected a number up to 1000000000' },
    { put: '"4"', says: 'expected a number, found "4"' },
    { put: 'null', says: 'expected a number' },
    { put: '9', says: 'expected a value between low and high' },
  ])('with $put for a cost says where, and what would be right', ({ put, says }) => {
    const complaint = complaintAbout(textWith('"value": 1.5', `"value": ${put}`));
    expect(complaint).toMatch(/^m\.json:\d+:\d+: model\.launchMs/);
    expect(complaint).toContain(says);
  });

  it.each([
    { found: 'launchbench.model/1', put: 'launchbench.model/2', path: 'schema' },
    { found: 'launchbench.model/1', put: 'launchbench.results/2', path: 'schema' },
    { found: '"qemu-calibrated"', put: '"native"', path: 'name' },
    { found: '"qemu-calibrated"', put: '"qemu-user"', path: 'name' },
    { found: '"qemu-calibrated"', put: '"../x"', path: 'name' },
    { found: '"hostFactor": 1', put: '"hostFactor": 0', path: 'model.hostFactor' },
    { found: /"source": "[^"]*"/, put: '"source": ""', path: 'model.source' },
    { found: '"error": 0.03', put: '"error": NaN', path: 'fit.holdOut.error' },
  ])('with $put for $found is refused at $path', ({ found, put, path }) => {
    expect(complaintAbout(textWith(found, put))).toMatch(
      new RegExp(`^m\\.json:\\d+:\\d+: ${path}: expected`),
    );
  });

  it('has one third parameter at most', () => {
    const third = { value: 1, low: 1, high: 1 };
    expect(complaintAbout(formatModelFile(aModelFile({ perLibraryMs: third })))).toContain(
      'expected at most one of perLibraryMs, perPageMs',
    );
  });

  it('that is cut short, or says something twice, is refused where it is wrong', () => {
    const text = formatModelFile(aModelFile());
    expect(complaintAbout(textWith('"caller":', 'caller:'))).toMatch(/^m\.json:\d+:\d+: not valid JSON$/);
    expect(complaintAbout(text.slice(0, -20))).toMatch(/^m\.json:\d+:\d+: /);
    expect(complaintAbout(text.replace('"hostFactor": 1', '"hostFactor": 1, "hostFactor": 2'))).toMatch(
      /^m\.json:\d+:\d+: /,
    );
  });
});
