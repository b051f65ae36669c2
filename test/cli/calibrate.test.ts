import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseModelFile } from '../../src/scenario/model-file.ts';
import { launchbench } from '../builders/launchbench.ts';
import { installed } from '../builders/needs.ts';
import { aProgramInC, compiler } from '../builders/programs-in-c.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

const qemu = installed('qemu-x86_64');

/**
 * Takes longer the more it is asked for, and captures nothing. Under qemu-user it starts in 8 ms, our own tool in 30, and
 * its errors of prediction do not depend on how busy the machine is.
 */
const TOOL = 'int main(int argc, char **argv) { for (volatile int i = 0; i < argc * 20000; i++); return 0; }';

const TWO_DRIVERS =
  '{ synthetic: { drivers: { dri: [a_dri.so, b_dri.so] }, libraries: { libGL.so.1: {} } } }';

/** A folder with a scenario, and a program that can stand before launches. */
function aFolder({ wrapper = '', provider = 'empty' } = {}): string {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'small.yaml'),
    `version: 1
name: small
edition: 2022
provider: ${provider}
strategies: [per-driver, batched, batched-dedup]
`,
  );
  writeFileSync(join(folder, 'wrap'), `#!/bin/sh\n${wrapper}\nexec "$@"\n`, { mode: 0o755 });
  return folder;
}

/** Without a tracer, which would see that what the wrapper executes is no longer under it. */
function calibrate(cwd: string, ...options: readonly string[]) {
  return launchbench(['calibrate', './small.yaml', '--wrapper', 'mine=./wrap', ...options], {
    cwd,
    env: { PATH: cwd },
  });
}

// The timing helper needs a compiler, too.
describe.skipIf(compiler === null)('launchbench calibrate', () => {
  let tool: string;
  beforeAll(() => {
    tool = aProgramInC(temporaryFolder(afterAll), TOOL, '-static');
  });

  it.skipIf(qemu === null)(
    'fits a model to qemu-user, which scenarios and runs can name and hold against it',
    { timeout: 300_000 },
    async () => {
      const cwd = aFolder({ provider: TWO_DRIVERS });
      const calibrated = await launchbench(
        ['calibrate', './small.yaml', '--tool', tool, '--emulation', 'qemu-user', '--output', 'm.json'],
        { cwd },
      );
      expect(calibrated).toMatchObject({ status: 0, stderr: 'Model: m.json\n' });
      const { name, model, fit } = parseModelFile(readFileSync(join(cwd, 'm.json'), 'utf8'), 'm.json');
      expect(name).toBe('qemu-user-calibrated');
      expect(model.calibration).toMatchObject({
        emulator: { command: 'qemu-x86_64' },
        tool: { arch: 'x86_64-linux-gnu' },
        rounds: 12,
      });
      expect(fit?.holdOut.call).toBe('batched-dedup');
      const calls = fit?.points.map(({ call }) => call) ?? [];
      expect(calls.slice(0, 4)).toEqual(['start', 'drivers 1', 'drivers 2', 'libraries 1']);
      expect(calls).toHaveLength(7);
      for (const { nativeMs, emulatedMs } of fit?.points ?? []) expect(emulatedMs).toBeGreaterThan(nativeMs);

      const once = ['--quick', '--rounds', '1', '--tool', tool];
      const emulations = [
        '--emulation',
        'native',
        '--emulation',
        'model=m.json',
        '--wrapper',
        'qemu=qemu-x86_64',
      ];
      const ran = await launchbench(
        ['run', './small.yaml', ...once, ...emulations, '--format', 'json', '--output', 'r.json'],
        { cwd },
      );
      expect(ran.status).toBe(0);
      expect(JSON.parse(ran.stdout)).toMatchObject({
        scenarios: [
          { modelErrors: [{ modelled: 'qemu-user-calibrated', measured: 'qemu', rows: [{}, {}, {}] }] },
        ],
      });

      writeFileSync(
        join(cwd, 'named.yaml'),
        'version: 1\nname: named\nprovider: empty\nemulations: [native, { model: m.json }]\n',
      );
      const named = await launchbench(['run', './named.yaml', ...once, '--output', 'n.json'], { cwd });
      expect(named.stdout).toContain('qemu-user-calibrated (MODELLED, no emulator was executed)');

      const again = await launchbench(['calibrate', './small.yaml', '--output', 'm.json'], { cwd });
      expect(again.status).toBe(2);
      expect(again.stderr).toContain('m.json: exists already');
    },
  );

  it('makes no model where what was held out is missed by more than 30 %', { timeout: 300_000 }, async () => {
    // Calls of the strategy that is held out cost much, all others nothing.
    const cwd = aFolder({
      wrapper:
        'case "$*" in */calibration/*|*--print-ld.so) ;; *) i=0; while [ $i -lt 10000 ]; do i=$((i+1)); done ;; esac',
    });
    const { status, stdout } = await calibrate(cwd, '--tool', tool, '--output', 'm.json', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ usable: false, file: null, name: 'mine-calibrated' });
    expect(existsSync(join(cwd, 'm.json'))).toBe(false);
  });

  it('makes a model in results/ unless told where', { timeout: 300_000 }, async () => {
    const cwd = aFolder();
    const { status, stdout, stderr } = await calibrate(cwd, '--tool', tool, '--json', '--seed', '1');
    expect(status).toBe(0);
    const file = /Model: (results\/mine-calibrated-[\da-f]{8}\.json)\n/u.exec(stderr)?.[1] ?? '';
    expect(JSON.parse(stdout)).toMatchObject({ usable: true, file });
    expect(existsSync(join(cwd, file))).toBe(true);
  });

  it('ends with status 4 where our own tool fails under the emulator', { timeout: 300_000 }, async () => {
    const cwd = aFolder({ wrapper: 'case "$*" in *--print-ld.so) ;; *) exit 9 ;; esac' });
    const { status, stderr } = await calibrate(cwd, '--output', 'm.json');
    expect(status).toBe(4);
    expect(stderr).toContain('could not be measured (mine): The capture tool exited with status 9');
    expect(existsSync(join(cwd, 'm.json'))).toBe(false);
  });
});

describe('launchbench calibrate, asked for what it cannot do,', () => {
  it.each([
    [['--emulation', 'qemu-usr'], 2, 'did you mean "qemu-user"?'],
    [['--emulation', 'fex', '--wrapper', 'a=b'], 2, '--emulation'],
    [['--rounds', '5'], 2, 'from 12'],
    [['commands', '--emulation', 'valgrind'], 2, 'captures no graphics stack'],
    [['--wrapper', 'mine=/bin/true', '--tool', 'a=./x', '--tool', 'b=./y'], 2, 'a model is about one tool'],
    [['--tool', './no-such-tool', '--wrapper', 'mine=/bin/true'], 3, 'no-such-tool cannot be executed'],
    [[], 3, 'None of the emulators fex, qemu-user, box64 is here'],
    [['--emulation', 'box64'], 3, 'box64, which is not there'],
  ])('with %j ends with status %i', async (options, status, says) => {
    const cwd = temporaryFolder();
    const ran = await launchbench(['calibrate', ...options], { cwd, env: { PATH: '/nowhere' } });
    expect(ran.stderr).toContain(says);
    expect(ran.status).toBe(status);
  });
});
