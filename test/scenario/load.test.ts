import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundledScenarios, loadScenario } from '../../src/scenario/load.ts';
import { formatModelFile } from '../../src/scenario/model-file.ts';
import { aModelFile } from '../builders/some-models.ts';
import { asStack } from '../builders/scenario.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

const installation = { scenarios: fileURLToPath(new URL('../../scenarios', import.meta.url)) };

describe('loadScenario', () => {
  it('finds a bundled scenario by its name', async () => {
    const scenario = await loadScenario('mesa-desktop', { cwd: '/', installation });
    expect(scenario).toMatchObject({ name: 'mesa-desktop', source: 'bundled:mesa-desktop' });
  });

  it.each(['mine.yaml', './mine.yaml', 'sub/other.yml'])('takes %s for a path', async (path) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'sub'));
    writeFileSync(join(cwd, path), 'version: 1\nname: mine\nprovider: { directory: tree }\n');
    const scenario = await loadScenario(path, { cwd, installation });
    expect(scenario).toMatchObject({ name: 'mine', source: path });
    expect(asStack(scenario).provider).toEqual({
      kind: 'directory',
      path: join(cwd, path.startsWith('sub') ? 'sub/tree' : 'tree'),
    });
  });

  describe('with a model file', () => {
    const scenarioNaming = (model: string): string => {
      const cwd = temporaryFolder();
      mkdirSync(join(cwd, 'sub'));
      writeFileSync(join(cwd, 'sub/m.json'), formatModelFile(aModelFile()));
      const emulation = `{ model: ${model} }`;
      writeFileSync(
        join(cwd, 'sub/s.yaml'),
        `version: 1\nname: s\nprovider: empty\nemulations: [native, ${emulation}]\n`,
      );
      return cwd;
    };

    it.each(['m.json', './m.json', '../sub/m.json'])(
      'takes %s from the folder of the scenario',
      async (path) => {
        const { emulations } = await loadScenario('sub/s.yaml', { cwd: scenarioNaming(path), installation });
        const { name, model } = aModelFile();
        expect(emulations[1]).toEqual({ kind: 'model', name, model });
      },
    );

    it.each([
      ['n.json', 'n.json: cannot read this model file'],
      ['m.json, cpuFactor: 2', 'a model file says everything itself, so "cpuFactor" cannot stand beside it'],
    ])('says what is wrong with { model: %s }', async (words, says) => {
      await expect(loadScenario('sub/s.yaml', { cwd: scenarioNaming(words), installation })).rejects.toThrow(
        says,
      );
    });
  });

  it('reads ten thousand drivers, 1.3 MB', async () => {
    const cwd = temporaryFolder();
    const drivers = Array.from(
      { length: 10_000 },
      (_, index) =>
        `      - { manifest: vendor_of_the_graphics_driver_${index}_icd.json, file: /usr/lib/x86_64-linux-gnu/vulkan/libvulkan_vendor_${index}.so }`,
    );
    const head = 'version: 1\nname: many\nprovider:\n  synthetic:\n    drivers:\n     vulkan-icd:';
    writeFileSync(join(cwd, 'many.yaml'), [head, ...drivers, ''].join('\n'));
    expect(statSync(join(cwd, 'many.yaml')).size).toBeGreaterThan(1.3e6);
    const { provider } = asStack(await loadScenario('many.yaml', { cwd, installation }));
    expect(provider.kind === 'synthetic' && provider.set.drivers).toHaveLength(10_000);
  });

  it('lists the bundled scenarios when it knows none of that name', async () => {
    const bundled = await bundledScenarios({ cwd: '/', installation });
    expect(bundled).toContain('host');
    await expect(loadScenario('mesa-destkop', { cwd: '/', installation })).rejects.toMatchObject({
      message: 'No bundled scenario is called "mesa-destkop"; did you mean "mesa-desktop"?',
      hint: `Bundled are ${bundled.join(', ')}. A file is given by a path: ./mesa-destkop.yaml`,
    });
  });

  it.each([
    {
      path: './gone.yaml',
      says: /gone\.yaml: cannot read this scenario file: there is no such file or folder/u,
    },
    { path: './', says: /expected a scenario file, found something else/u },
    { path: '/dev/zero', says: /expected a scenario file, found something else/u },
  ])('says what is wrong with $path', async ({ path, says }) => {
    await expect(loadScenario(path, { cwd: temporaryFolder(), installation })).rejects.toThrow(says);
  });
});
