import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WrapperEmulation } from '../../src/launch/emulations/emulations.ts';
import { createLauncher } from '../../src/launch/launcher.ts';
import { createLedger } from '../../src/launch/ledger.ts';
import { measuredCells } from '../../src/results/cells.ts';
import { parseResults } from '../../src/results/results.ts';
import { aStaticProgram } from '../builders/elf.ts';
import { installed } from '../builders/needs.ts';
import { aFolderOf } from '../builders/results-folder.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { aTimer } from '../builders/timers.ts';

const strace = installed('strace');
const qemu = installed('qemu-x86_64');
const aarch64 = installed('qemu-aarch64');
const valgrind = installed('valgrind');

/** Scripts that stand for an emulator which this machine cannot have, and what a run under it finds. */
function anEmulatorOf(scripts: Readonly<Record<string, string>>) {
  const folder = aFolderOf({});
  const bin = join(folder.path, 'bin');
  mkdirSync(bin);
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: folder.path };
  return {
    folder,
    run: async (wrapper: string, variables: Readonly<Record<string, string>> = {}, line = '/bin/true') => {
      const options = ['--wrapper', `emulated=${wrapper}`, '--quick', '--rounds', '1', '-o', 'out.json'];
      const ran = await folder.launchbench(['bench', line, ...options], { ...env, ...variables });
      const { fingerprint, scenarios } = parseResults(folder.read('out.json'), 'out.json');
      const cells = scenarios.flatMap(measuredCells);
      const cell = cells.find(({ emulation }) => emulation === 'emulated');
      return { ...ran, fingerprint, notes: scenarios.flatMap(({ notes }) => notes), cells, cell };
    },
  };
}

describe('a run under FEX', () => {
  it('says which one it is, what its guests live in and what steers it, and keeps its server', async () => {
    const { run, folder } = anEmulatorOf({
      FEX: 'exec "$@"',
      FEXGetConfig: 'case $1 in --version) echo FEX-2608 ;; --current-rootfs) echo /usr ;; esac',
      FEXServer: `echo "$@" >>"$HOME/served"`,
    });
    mkdirSync(join(folder.path, '.fex-emu'));
    writeFileSync(join(folder.path, '.fex-emu/Config.json'), '{}');
    const { status, fingerprint, notes } = await run('FEX', { FEX_MULTIBLOCK: '0' });
    expect(status).toBe(0);
    expect(fingerprint.emulators).toMatchObject([
      { emulation: 'emulated', command: 'FEX', version: 'FEX-2608', rootFs: 'directory' },
    ]);
    expect(fingerprint.emulators[0]?.configuration).toMatch(/^sha256:.* \(code cache: no files\)$/u);
    expect(fingerprint.environment).toMatchObject({ FEX_MULTIBLOCK: '0' });
    expect(folder.read('served')).toBe('-p 600\n');
    expect(notes.join()).toContain('FEXServer -p 600 was started before the rounds of emulated');
  });
});

describe('a run under box64', () => {
  const QUIET = { BOX64_NOBANNER: '1', BOX64_LOG: '0', BOX64_NORCFILES: '1' };

  it.each([
    { given: {}, has: QUIET },
    {
      given: { BOX64_LOG: '2', BOX64_DYNACACHE: '1' },
      has: { ...QUIET, BOX64_LOG: '2', BOX64_DYNACACHE: '1' },
    },
  ])('with $given has $has, and says so', async ({ given, has }) => {
    const { run, folder } = anEmulatorOf({
      // It launches nothing itself: that would have escaped.
      box64: `[ "$1" = --version ] && echo "Box64 v0.4.4" && exit; export -p >"$HOME/had"; exec "$@"`,
    });
    const { status, fingerprint } = await run('box64', given);
    expect(status).toBe(0);
    expect(fingerprint.emulators).toMatchObject([{ command: 'box64', version: 'Box64 v0.4.4' }]);
    expect(fingerprint.environment).toMatchObject(has);
    const had = [...folder.read('had').matchAll(/^export (BOX64_\w+)='(.*)'$/gmu)];
    expect(Object.fromEntries(had.map(([, name, value]) => [name, value]))).toEqual(has);
    expect(existsSync(join(folder.path, 'served'))).toBe(false);
  });
});

describe.skipIf(valgrind === null)('valgrind, the heavy wrapper', () => {
  it('makes every launch dear, and its own programs are no launches', async () => {
    const { run } = anEmulatorOf({});
    const { status, cell, cells } = await run('valgrind -q --tool=none');
    expect({ status, escaped: cell?.counts.escaped, launches: cell?.counts.launches }).toEqual({
      status: 0,
      escaped: 0,
      launches: 0,
    });
    const [native = Infinity, wrapped = 0] = cells.map(({ samples }) => samples.at(-1)?.childUserUs ?? 0);
    expect(wrapped).toBeGreaterThan(native);
  });

  it('does not follow what its guest executes, which voids the cell', async () => {
    const { run } = anEmulatorOf({});
    const { status, cell } = await run('valgrind -q --tool=none', {}, 'env /bin/true');
    expect({ status, escaped: cell?.counts.escaped }).toEqual({ status: 4, escaped: 1 });
  });
});

describe.skipIf(aarch64 === null)('a program of another architecture', () => {
  it('is launched by the emulator of that architecture', async () => {
    const folder = temporaryFolder();
    const program = join(folder, 'x86_64-linux-gnu-none');
    writeFileSync(program, aStaticProgram(7), { mode: 0o755 });
    const emulation: WrapperEmulation = {
      kind: 'wrapper',
      name: 'qemu',
      command: { 'x86_64-linux-gnu': ['/bin/false'], 'aarch64-linux-gnu': [aarch64 ?? ''] },
    };
    const timer = await aTimer('node');
    const launcher = createLauncher({ timer, emulation, ledger: createLedger(), logDir: folder });
    const launch = (arch: 'aarch64-linux-gnu' | 'x86_64-linux-gnu') =>
      launcher.launch({
        ...{ argv: [program], env: {}, timeoutMs: 20_000, purpose: 'test' },
        ...{ arch, executable: program },
      });
    expect((await launch('aarch64-linux-gnu')).end).toEqual({ kind: 'exited', status: 7 });
    expect((await launch('x86_64-linux-gnu')).end).toEqual({ kind: 'exited', status: 1 });
  });
});

describe.skipIf(strace === null || qemu === null)('what a guest executes', () => {
  /** The real qemu-x86_64 under the name of an emulator that is executed again for what a guest executes. */
  function anEmulatorLikeFex() {
    const emulator = anEmulatorOf({});
    symlinkSync(qemu ?? '', join(emulator.folder.path, 'bin/FEX'));
    return emulator;
  }

  it('without the emulator has escaped, and voids the cell', async () => {
    const { run } = anEmulatorLikeFex();
    const { status, stdout, cell } = await run('FEX', {}, 'env /bin/true');
    expect({ status, escaped: cell?.counts.escaped }).toEqual({ status: 4, escaped: 1 });
    expect(stdout.replaceAll(/\s+/gu, ' ')).toContain('1 of its launches escaped the emulation');
  });

  it('with the emulator in front of it has not', async () => {
    const { run } = anEmulatorLikeFex();
    const { status, cell } = await run('FEX', {}, 'env FEX /bin/true');
    expect({ status, escaped: cell?.counts.escaped }).toEqual({ status: 0, escaped: 0 });
  });
});
