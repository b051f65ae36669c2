import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseModelFile } from '../../src/scenario/model-file.ts';
import { launchbench } from '../builders/launchbench.ts';
import { installed } from '../builders/needs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

const qemu = installed('qemu-x86_64');

/** A folder with a scenario of three drivers, and a program that can stand before launches. */
function aFolder(wrapper = ''): string {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'small.yaml'),
    `version: 1
name: small
provider: { synthetic: { drivers: { dri: [a_dri.so, b_dri.so], va-api: [c_drv_video.so] } } }
strategies: [per-driver, batched, batched-dedup]
`,
  );
  writeFileSync(join(folder, 'wrap'), `#!/bin/sh\n${wrapper}\nexec "$@"\n`);
  chmodSync(join(folder, 'wrap'), 0o755);
  return folder;
}

/** Without a tracer, which would see that what the wrapper executes is no longer under it. */
function calibrate(cwd: string, ...options: readonly string[]) {
  return launchbench(['calibrate', './small.yaml', '--wrapper', 'mine=./wrap', ...options], {
    cwd,
    env: { PATH: cwd },
  });
}

describe('launchbench calibrate', () => {
  it.skipIf(qemu === null)(
    'fits a model to qemu-user, which scenarios and runs can name and hold against it',
    { timeout: 300_000 },
    async () => {
      const cwd = aFolder();
      const calibrated = await launchbench(
        ['calibrate', './small.yaml', '--emulation', 'qemu-user', '--output', 'm.json'],
        { cwd },
      );
      // On a machine that is busy enough the hold-out may be missed; then there is no model, and it says so.
      expect(calibrated).toMatchObject({ status: 0, stderr: 'Model: m.json\n' });
      const { name, model, fit } = parseModelFile(readFileSync(join(cwd, 'm.json'), 'utf8'), 'm.json');
      expect(name).toBe('qemu-user-calibrated');
      expect(model.calibration).toMatchObject({
        emulator: { command: 'qemu-x86_64' },
        tool: { arch: 'x86_64-linux-gnu' },
        rounds: 12,
      });
      expect(fit?.holdOut.call).toBe('batched-dedup');
      expect(fit?.points[0]?.call).toBe('start');
      for (const { nativeMs, emulatedMs } of fit?.points ?? []) expect(emulatedMs).toBeGreaterThan(nativeMs);

      const run = [
        'run',
        './small.yaml',
        '--quick',
        '--rounds',
        '1',
        '--format',
        'json',
        '--emulation',
        'native',
      ];
      const ran = await launchbench(
        [...run, '--emulation', 'model=m.json', '--wrapper', 'qemu=qemu-x86_64', '--output', 'r.json'],
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
      const named = await launchbench(['run', './named.yaml', '--quick', '--output', 'n.json'], { cwd });
      expect(named.stdout).toContain('qemu-user-calibrated (MODELLED, no emulator was executed)');

      const again = await launchbench(['calibrate', './small.yaml', '--output', 'm.json'], { cwd });
      expect(again.status).toBe(2);
      expect(again.stderr).toContain('m.json: exists already');
    },
  );

  it('makes no model where what was held out is missed by more than 30 %', { timeout: 300_000 }, async () => {
    // Calls of the strategy that is held out cost much, all others nothing.
    const cwd = aFolder(
      'case "$*" in */calibration/*|*--print-ld.so) ;; *) i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done ;; esac',
    );
    const { status, stdout } = await calibrate(cwd, '--output', 'm.json', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ usable: false, file: null, name: 'mine-calibrated' });
    expect(existsSync(join(cwd, 'm.json'))).toBe(false);
  });

  it('makes a model in results/ unless told where', { timeout: 300_000 }, async () => {
    const cwd = aFolder();
    const { status, stdout, stderr } = await calibrate(cwd, '--json', '--seed', '1');
    expect(status).toBe(0);
    const file = /Model: (results\/mine-calibrated-[\da-f]{8}\.json)\n/u.exec(stderr)?.[1] ?? '';
    expect(JSON.parse(stdout)).toMatchObject({ usable: true, file });
    expect(existsSync(join(cwd, file))).toBe(true);
  });

  it('ends with status 4 where the tool fails under the emulator', { timeout: 300_000 }, async () => {
    const cwd = aFolder('case "$*" in *--print-ld.so) ;; *) exit 9 ;; esac');
    const { status, stderr } = await calibrate(cwd, '--output', 'm.json');
    expect(status).toBe(4);
    expect(stderr).toContain('could not be measured (mine): The capture tool exited with status 9');
    expect(existsSync(join(cwd, 'm.json'))).toBe(false);
  });

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
