import { homedir, hostname, userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { continuousIntegration } from '../../src/machine/ci-service.ts';
import { collectFingerprint, relevantEnvironment } from '../../src/machine/fingerprint.ts';
import { readMachineFacts } from '../../src/machine/machine-facts.ts';
import { runProgram } from '../builders/programs.ts';

const getconf = runProgram('getconf', ['GNU_LIBC_VERSION']);

const inputs = {
  facts: readMachineFacts(),
  launchbench: { version: '1.2.3', commit: null },
  timer: { kind: 'node', version: '1.2.3' },
  tracer: null,
  tools: [],
  emulators: [],
  fileSystems: { temporary: 'tmpfs', provider: 'ext4' },
} as const;

describe('a fingerprint', () => {
  it('says where a run was made', () => {
    const fingerprint = collectFingerprint({ ...inputs, env: {} });
    expect(fingerprint).toMatchObject({
      launchbench: { version: '1.2.3', commit: null },
      node: process.version,
      timer: { kind: 'node', version: '1.2.3' },
      fileSystems: { temporary: 'tmpfs', provider: 'ext4' },
      ci: null,
      environment: {},
    });
    expect(fingerprint.cpu.coresOnline).toBeGreaterThan(0);
    expect(fingerprint.memoryKib).toBeGreaterThan(0);
    expect(fingerprint.os).not.toBe('');
  });

  it.skipIf(getconf.status !== 0)('names the C library as getconf does', () => {
    expect(collectFingerprint({ ...inputs, env: {} }).libc).toBe(getconf.stdout.trim());
  });

  it('does not say whose machine it is', () => {
    const env = { ...process.env, FEX_APP_CONFIG: `${homedir()}/fex`, HOME: homedir(), SECRET: 'swordfish' };
    const text = JSON.stringify(collectFingerprint({ ...inputs, env }));
    const words = text.split(/[^\w.-]+/);
    for (const secret of [hostname(), userInfo().username, 'swordfish']) expect(words).not.toContain(secret);
    expect(text).not.toContain(`${homedir()}/`);
  });

  it('holds the variables that change what a launch costs, and no other', () => {
    const env = {
      QEMU_LOG: '1',
      PATH: '/bin',
      FEX_ROOTFS: '/home/me/.fex-emu/RootFS',
      LD_LIBRARY_PATH: '/x',
      LD_PRELOAD: 'y',
      BOX64_LOG: undefined,
    };
    expect(relevantEnvironment(env, '/home/me')).toEqual({
      FEX_ROOTFS: '~/.fex-emu/RootFS',
      LD_LIBRARY_PATH: '/x',
      QEMU_LOG: '1',
    });
  });

  it.each(['', '/'])('leaves variables as they are when the home folder is "%s"', (home) => {
    expect(relevantEnvironment({ QEMU_LOG: 'foo' }, home)).toEqual({ QEMU_LOG: 'foo' });
  });

  it.each([
    { env: {}, ci: null },
    { env: { CI: 'false' }, ci: null },
    { env: { CI: '0' }, ci: null },
    { env: { CI: 'true' }, ci: { name: 'unknown', job: null } },
    {
      env: { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '42' },
      ci: { name: 'GitHub Actions', job: '42' },
    },
    { env: { CI: 'true', GITLAB_CI: 'true', CI_JOB_ID: '7' }, ci: { name: 'GitLab CI', job: '7' } },
  ])('knows the CI service behind $env', ({ env, ci }) => {
    expect(continuousIntegration(env)).toEqual(ci);
  });
});
