import { chmodSync, existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { captureTools } from '../builders/executables.ts';
import { launchbench, launchbenchProcess } from '../builders/launchbench.ts';
import { recordedCase, type RecordedTrees, unpackTrees } from '../builders/recorded-stacks.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

let trees: RecordedTrees;
beforeAll(() => {
  trees = unpackTrees(recordedCase('one-of-each'));
});
afterAll(() => {
  trees.remove();
});

/** An executable that does what a line of shell says. */
function aTool(line: string): string {
  const path = join(temporaryFolder(), 'my-capture-libs');
  writeFileSync(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
  return path;
}

function capture(...options: readonly string[]) {
  const overrides = trees.newOverrides();
  const where = ['--provider', trees.provider, '--container', trees.container, '--overrides', overrides];
  return launchbench(['capture', ...where, '--edition', '2022', '--arch', 'x86_64-linux-gnu', ...options], {
    env: { HOME: '/home/user' },
  });
}

describe('launchbench capture', () => {
  it('says what to start the container with', async () => {
    const { status, stdout, stderr } = await capture();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('0 launches');
    expect(stdout).toContain(
      'VK_DRIVER_FILES=/usr/lib/pressure-vessel/overrides/share/vulkan/icd.d/0-x86_64-linux-gnu.json',
    );
  });

  it('does as today’s pressure-vessel unless told otherwise', async () => {
    const overrides = trees.newOverrides();
    const where = ['--provider', trees.provider, '--container', trees.container, '--overrides', overrides];
    const { stdout } = await launchbenchProcess(
      ['capture', ...where, '--arch', 'x86_64-linux-gnu', '--json'],
      {
        env: { HOME: '/home/user' },
      },
    );
    const answer = z
      .object({ env: z.record(z.string(), z.string().nullable()), drivers: z.array(z.unknown()) })
      .parse(JSON.parse(stdout));
    expect(answer.env['VK_DRIVER_FILES']).toBe(
      '/usr/lib/pressure-vessel/overrides/share/vulkan/icd.d/one_icd.x86_64.json',
    );
    expect(answer.drivers).toContainEqual({
      arch: 'x86_64-linux-gnu',
      driverClass: 'vulkan-icd',
      library: '/usr/lib/x86_64-linux-gnu/libvulkan_one.so',
      outcome: 'captured',
      reason: null,
      missing: [],
    });
  });

  it('picks the architectures that the container has a dynamic linker for, in edition 2022', async () => {
    const overrides = trees.newOverrides();
    const { stdout } = await launchbench(
      [
        ...['capture', '--edition', '2022', '--provider', trees.provider],
        ...['--container', trees.container, '--overrides', overrides],
      ],
      { env: { HOME: '/home/user' } },
    );
    expect(stdout).toMatch(/^x86_64-linux-gnu: /u);
    expect(stdout).not.toMatch(/^i386-linux-gnu: /mu);
  });

  it('ends with status 4 when the tool fails, and shows its argv and last words', async () => {
    const tool = aTool('echo "no such luck" >&2; exit 7');
    const { status, stdout, stderr } = await capture('--strategy', 'batched', '--tool', tool);
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(stderr).toContain('exited with status 7');
    expect(stderr).toContain(`${tool} --container`);
    expect(stderr).toContain('no such luck');
  });

  it.each([
    { does: 'removes its destination', script: 'rm -r "$dest"' },
    { does: 'puts a file in the place of its destination', script: 'rm -r "$dest"; touch "$dest"' },
  ])('ends with status 4 when the tool $does', async ({ script }) => {
    const findDest = 'while test $# -gt 0; do test "$1" = --dest && dest=$2; shift; done';
    const tool = aTool(`${findDest}; ${script}`);
    const { status, stderr } = await capture('--strategy', 'batched', '--tool', tool);
    expect(status).toBe(4);
    expect(stderr).toContain('left no destination to be read');
  });

  it('ends with status 4 when the tool hangs, and ends the tool', async () => {
    const tool = aTool('echo waiting >&2; sleep 60');
    const { status, stderr } = await capture('--strategy', 'batched', '--tool', tool, '--timeout', '0.5');
    expect(status).toBe(4);
    expect(stderr).toContain('had not finished after 0.5 s');
    expect(stderr).toContain('waiting');
  });

  it.each<{ given: string; tool: string; says: string }>([
    { given: 'is missing', tool: '/nonexistent/capture-libs', says: 'cannot be executed' },
    { given: 'is no executable', tool: '/etc/passwd', says: 'cannot be executed' },
    { given: 'was never installed by Steam', tool: 'steam', says: 'no Steam Runtime here' },
  ])('ends with status 3 when the tool $given', async ({ tool, says }) => {
    const overrides = trees.newOverrides();
    const { status, stderr } = await launchbench(
      [
        ...[
          'capture',
          '--provider',
          trees.provider,
          '--container',
          trees.container,
          '--overrides',
          overrides,
        ],
        ...['--strategy', 'batched', '--tool', tool],
      ],
      { env: { HOME: temporaryFolder() } },
    );
    expect({ status, says: stderr.includes(says) ? says : stderr }).toEqual({ status: 3, says });
    expect(existsSync(overrides)).toBe(false);
  });

  it.each(['--provider-in-container', '--overrides-in-container'])(
    'refuses a relative %s',
    async (option) => {
      const { status, stderr } = await capture(option, 'gfx');
      expect(status).toBe(2);
      expect(stderr).toContain(`${option}: expected an absolute path, found "gfx"`);
    },
  );

  it.each(captureTools())(
    'launches our own tool as it is wanted, and says which: $form',
    async ({ form, argv }) => {
      const { status, stdout } = await capture('--strategy', 'batched', '--tool', form, '--json');
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        tools: [{ arch: 'x86_64-linux-gnu', kind: form, file: argv.at(-1) }],
      });
    },
  );

  it('launches it natively where it was built', async () => {
    const form = captureTools().at(-1)?.form;
    const { stdout } = await capture('--strategy', 'batched');
    expect(stdout).toContain(`(our own, ${form === 'native' ? 'native' : 'with Node'})`);
  });

  it('launches a tool of its own for each architecture', async () => {
    const tool = aTool('exit 9');
    const { status, stderr } = await capture('--strategy', 'batched', '--tool', `x86_64-linux-gnu=${tool}`);
    expect(status).toBe(4);
    expect(stderr).toContain('exited with status 9');
  });

  it('takes a relative path of a tool from the working directory', async () => {
    const tool = relative(process.cwd(), aTool('exit 8'));
    const { stderr } = await capture('--strategy', 'batched', '--tool', tool);
    expect(stderr).toContain('exited with status 8');
  });

  it('refuses a tool for an architecture that there is not', async () => {
    const { status, stderr } = await capture('--strategy', 'batched', '--tool', 'x86=/bin/true');
    expect(status).toBe(2);
    expect(stderr).toContain('"x86" is no architecture');
  });

  it('refuses a tool that nothing would launch', async () => {
    const { status, stderr } = await capture('--tool', '/bin/true');
    expect(status).toBe(2);
    expect(stderr).toContain('launches no tool');
  });

  it('leaves out an architecture that the container has no dynamic linker for, and says so', async () => {
    const { status, stdout, stderr } = await capture('--arch', 'i386-linux-gnu');
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/^i386-linux-gnu: /mu);
    expect(stderr).toBe('i386-linux-gnu is left out: the container has no /lib/ld-linux.so.2\n');
  });

  it('ends with status 2 when no architecture is left', async () => {
    const where = ['--edition', '2022', '--provider', trees.provider, '--container', temporaryFolder()];
    const { status, stderr } = await launchbench(['capture', ...where, '--overrides', trees.newOverrides()]);
    expect(status).toBe(2);
    expect(stderr).toContain('No architecture is left to capture for');
  });

  it('touches no folder that holds something', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'precious'), '');
    const { status, stderr } = await launchbench([
      ...['capture', '--provider', trees.provider, '--container', trees.container, '--overrides', folder],
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain('"precious"');
    expect(readdirSync(folder)).toEqual(['precious']);
  });
});

describe('a confined provider', () => {
  let hostile: RecordedTrees;
  beforeAll(() => {
    hostile = unpackTrees(recordedCase('one-of-each'));
    // A dependency, which only a capture would come across.
    const library = join(hostile.provider, 'usr/lib/escape.so');
    symlinkSync(process.execPath, library);
    writeFileSync(
      join(hostile.provider, 'usr/share/vulkan/icd.d/escape.json'),
      JSON.stringify({
        file_format_version: '1.0.0',
        ICD: { library_path: '/usr/lib/escape.so', api_version: '1' },
      }),
    );
  });
  afterAll(() => {
    hostile.remove();
  });

  const captureHostile = (overrides: string, ...more: readonly string[]) =>
    launchbench([
      ...['capture', '--confined', '--provider', hostile.provider, '--container', hostile.container],
      ...['--overrides', overrides, '--arch', 'x86_64-linux-gnu', ...more],
    ]);

  it.each(['in-process', 'batched'])('is captured by %s without what lies outside', async (strategy) => {
    const overrides = hostile.newOverrides();
    const { status } = await captureHostile(overrides, '--strategy', strategy);
    expect(status).toBe(0);
    const drivers = readdirSync(join(overrides, 'lib/x86_64-linux-gnu/vulkan'));
    expect(drivers.length).toBeGreaterThan(0);
    expect(drivers).not.toContain('escape.so');
  });

  it('is refused where a tool of another kind would read what lies outside', async () => {
    const overrides = hostile.newOverrides();
    const { status, stderr } = await captureHostile(
      overrides,
      '--strategy',
      'batched',
      '--tool',
      '/bin/true',
    );
    expect(status).toBe(2);
    expect(stderr).toContain(`/usr/lib/escape.so: leads out of the tree, to ${process.execPath}`);
    expect(existsSync(overrides)).toBe(false);
  });

  it('is captured when nothing leads out', async () => {
    expect((await capture('--confined')).status).toBe(0);
  });
});
