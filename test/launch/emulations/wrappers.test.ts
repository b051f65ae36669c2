import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, ScenarioError } from '../../../src/errors.ts';
import {
  guestsExecEmulated,
  identifyWrapper,
  keepServers,
  resolveWrapper,
} from '../../../src/launch/emulations/detect.ts';
import { NATIVE, wrapCommand, type WrapperEmulation } from '../../../src/launch/emulations/emulations.ts';
import { emulatorOf } from '../../../src/launch/emulations/known-emulators.ts';
import { WRAPPER_NAMES, WRAPPERS, wrapperNamed } from '../../../src/launch/emulations/wrappers.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

function aWrapper(command: WrapperEmulation['command']): WrapperEmulation {
  return { kind: 'wrapper', name: 'wrapped', command };
}

/** A folder of programs for PATH: name → shell commands. */
function programs(scripts: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

describe('the command of a launch', () => {
  const both = aWrapper({ 'x86_64-linux-gnu': ['/q64', '-L', '/x'], 'i386-linux-gnu': ['/q32'] });

  it.each([
    { emulation: NATIVE, arch: 'x86_64-linux-gnu', command: ['/tool', 'a'] },
    { emulation: both, arch: 'x86_64-linux-gnu', command: ['/q64', '-L', '/x', '/tool', 'a'] },
    { emulation: both, arch: 'i386-linux-gnu', command: ['/q32', '/tool', 'a'] },
    { emulation: both, arch: null, command: ['/q64', '-L', '/x', '/tool', 'a'] },
  ])('$emulation.name for $arch: $command', ({ emulation, arch, command }) => {
    expect(wrapCommand(emulation, arch, ['/tool', 'a'])).toEqual(command);
  });

  it('is refused for an architecture that the wrapper does not run', () => {
    expect(() => wrapCommand(both, 'aarch64-linux-gnu', ['/tool'])).toThrow(ScenarioError);
    expect(() => wrapCommand(both, 'aarch64-linux-gnu', ['/tool'])).toThrow(
      '"wrapped" has no command for aarch64-linux-gnu',
    );
  });
});

describe.each(Object.keys(WRAPPERS))('the emulator %s that can be named', (word) => {
  it('is in the list, with a command of a known emulator for its architectures', () => {
    const name = WRAPPER_NAMES.find((known) => known === word);
    if (name === undefined) throw new Error('it is not in the list');
    const commands = Object.values(wrapperNamed(name).command);
    expect(commands.length).toBeGreaterThan(0);
    for (const [program] of commands) expect(emulatorOf(program)).not.toBeNull();
  });
});

describe('the programs of a wrapper', () => {
  it('are found on PATH, or from here', () => {
    const folder = programs({ 'qemu-x86_64': '', mine: '' });
    const wrapper = aWrapper({
      'x86_64-linux-gnu': ['qemu-x86_64', '-R', '1'],
      'i386-linux-gnu': ['./mine'],
    });
    expect(resolveWrapper(wrapper, { PATH: `/nowhere:${folder}` }, folder).command).toEqual({
      'x86_64-linux-gnu': [`${folder}/qemu-x86_64`, '-R', '1'],
      'i386-linux-gnu': [`${folder}/mine`],
    });
  });

  it('that are missing are named, with how to get them', () => {
    const wrapper = aWrapper({ 'x86_64-linux-gnu': ['qemu-x86_64'] });
    expect(() => resolveWrapper(wrapper, { PATH: '/nowhere' }, '/')).toThrow(EnvironmentError);
    expect(() => resolveWrapper(wrapper, { PATH: '/nowhere' }, '/')).toThrow(
      'needs qemu-x86_64, which is not there',
    );
    expect(() => resolveWrapper(wrapper, { PATH: '/nowhere' }, '/')).toThrow(
      expect.objectContaining({ hint: 'sudo apt-get install qemu-user' }),
    );
  });
});

describe('what a guest executes', () => {
  const fex = aWrapper({ 'x86_64-linux-gnu': ['/usr/bin/FEX'] });
  const qemu = aWrapper({ 'x86_64-linux-gnu': ['/usr/bin/qemu-x86_64'] });

  it.each([
    { wrapper: fex, entries: { 'FEX-x86': 'enabled\n', 'FEX-x86_64': 'enabled\n' }, stays: true },
    { wrapper: fex, entries: { 'FEX-x86_64': 'enabled\n' }, stays: false },
    { wrapper: fex, entries: { 'FEX-x86': 'enabled\n', 'FEX-x86_64': 'disabled\n' }, stays: false },
    { wrapper: qemu, entries: { 'qemu-x86_64': 'enabled\n' }, stays: true },
    { wrapper: qemu, entries: { 'FEX-x86': 'enabled\n', 'FEX-x86_64': 'enabled\n' }, stays: false },
    { wrapper: aWrapper({ 'x86_64-linux-gnu': ['/usr/bin/valgrind'] }), entries: {}, stays: false },
    { wrapper: aWrapper({ 'x86_64-linux-gnu': ['/usr/bin/mine'] }), entries: {}, stays: false },
  ])('with $entries, $wrapper.command: stays emulated: $stays', ({ wrapper, entries, stays }) => {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(entries)) writeFileSync(join(folder, name), text);
    expect(guestsExecEmulated(wrapper, folder)).toBe(stays);
  });
});

describe('the server of an emulator', () => {
  it('is kept for the run, found beside the emulator', async () => {
    const witness = join(temporaryFolder(), 'asked');
    const folder = programs({ FEX: '', FEXServer: `echo "$@" >>${witness}` });
    const notes = await keepServers([NATIVE, aWrapper({ 'x86_64-linux-gnu': [`${folder}/FEX`] })]);
    expect(notes).toEqual([
      'FEXServer -p 600 was started before the rounds of wrapped, so that no launch pays for its server; it ends by itself.',
    ]);
    expect(readFileSync(witness, 'utf8')).toBe('-p 600\n');
  });

  it.each([{ given: 'is not there' }, { given: 'fails', FEXServer: 'exit 1' }])(
    'that $given is told of',
    async ({ FEXServer }) => {
      const folder = programs({ FEX: '', ...(FEXServer === undefined ? {} : { FEXServer }) });
      const notes = await keepServers([aWrapper({ 'x86_64-linux-gnu': [`${folder}/FEX`] })]);
      expect(notes[0]).toContain('FEXServer -p 600 could not be started');
    },
  );

  it('is none of an emulator that has none', async () => {
    expect(await keepServers([NATIVE, aWrapper({ 'x86_64-linux-gnu': ['/usr/bin/qemu-x86_64'] })])).toEqual(
      [],
    );
  });
});

describe('the identity of a wrapper', () => {
  it('names no folder', async () => {
    const folder = programs({ 'qemu-x86_64': 'echo qemu 1', wrap: 'echo never asked' });
    const wrapper = aWrapper({
      'x86_64-linux-gnu': [`${folder}/qemu-x86_64`, '-R', '1'],
      'i386-linux-gnu': [`${folder}/wrap`],
    });
    expect(await identifyWrapper(wrapper, {})).toEqual({
      emulation: 'wrapped',
      command: 'qemu-x86_64 -R 1, wrap',
      version: 'qemu 1',
      configuration: null,
    });
  });

  it('asks FEX for its version by another program: FEX itself takes every word for a program to run', async () => {
    const witness = join(temporaryFolder(), 'asked');
    const folder = programs({ FEX: `touch ${witness}`, FEXGetConfig: 'echo FEX-2608; echo Copyright' });
    const identity = await identifyWrapper(aWrapper({ 'x86_64-linux-gnu': [`${folder}/FEX`] }), {});
    expect(identity.version).toBe('FEX-2608');
    expect(existsSync(witness)).toBe(false);
  });

  it.each([
    { given: 'a folder that FEX names', script: 'echo {}', rootFs: 'directory' },
    { given: 'an image that FEX names', script: 'echo {}/image', rootFs: 'image' },
    { given: 'a folder in a variable', script: 'exit 1', rootFs: 'directory', FEX_ROOTFS: '{}' },
    {
      given: 'the name of an image, wherever that lies',
      script: '',
      rootFs: undefined,
      FEX_ROOTFS: 'Ubuntu',
    },
    { given: 'nothing', script: '', rootFs: undefined },
  ])('tells what the libraries of guests lie in: $given', async ({ script, rootFs, FEX_ROOTFS }) => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'image'), '');
    const folder = programs({
      FEX: '',
      FEXGetConfig: `[ "$1" = --current-rootfs ] || exit 1\n${script.replace('{}', root)}`,
    });
    const env = FEX_ROOTFS === undefined ? {} : { FEX_ROOTFS: FEX_ROOTFS.replace('{}', root) };
    const identity = await identifyWrapper(aWrapper({ 'x86_64-linux-gnu': [`${folder}/FEX`] }), env);
    expect(identity.rootFs).toBe(rootFs);
  });

  it('asks the server of FEX where nothing else tells the version', async () => {
    const folder = programs({ FEX: 'echo FEX itself', FEXServer: '[ "$1" = -v ] && echo FEX-2512' });
    const identity = await identifyWrapper(aWrapper({ 'x86_64-linux-gnu': [`${folder}/FEX`] }), {});
    expect(identity.version).toBe('FEX-2512');
  });

  it('has no version where the emulator does not tell it', async () => {
    const folder = programs({ FEX: '', valgrind: 'exit 1' });
    for (const program of ['FEX', 'valgrind']) {
      const wrapper = aWrapper({ 'x86_64-linux-gnu': [`${folder}/${program}`] });
      expect((await identifyWrapper(wrapper, {})).version).toBeNull();
    }
  });

  it('changes with the emulator’s variables, its configuration and the state of its code cache', async () => {
    const HOME = temporaryFolder();
    const wrapper = aWrapper({ 'x86_64-linux-gnu': [`${programs({ FEX: '' })}/FEX`] });
    const configuration = async (env = {}): Promise<string | null> =>
      (await identifyWrapper(wrapper, { HOME, ...env })).configuration;
    const states = [await configuration(), await configuration({ FEX_MULTIBLOCK: '0', EDITOR: 'vi' })];
    mkdirSync(join(HOME, '.fex-emu'));
    writeFileSync(join(HOME, '.fex-emu/Config.json'), '{}');
    states.push(await configuration());
    mkdirSync(join(HOME, '.cache/fex-emu'), { recursive: true });
    writeFileSync(join(HOME, '.cache/fex-emu/a'), '');
    states.push(await configuration());
    expect(new Set(states).size).toBe(4);
    expect(states.at(-1)).toMatch(/^sha256:[\da-f]{16} \(code cache: 1 files\)$/);
    expect(await configuration()).toBe(states.at(-1));
  });
});
