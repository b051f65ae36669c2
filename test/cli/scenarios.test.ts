import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { launchbench, launchbenchProcess } from '../builders/launchbench.ts';

const names = readdirSync('scenarios')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''))
  .sort();

describe('launchbench scenarios', () => {
  it('lists every bundled scenario with what it is', async () => {
    const { stdout } = await launchbench(['scenarios', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      scenarios: names.map((name) => ({ name, description: expect.stringMatching(/\w.*\./u) as string })),
    });
    const listed = (await launchbench(['scenarios'])).stdout;
    for (const name of names) expect(listed).toContain(`  ${name} `);
  });

  it('prints one, whose schema is found from any folder', async () => {
    const { stdout } = await launchbenchProcess(['scenarios', 'host']);
    expect(stdout).toMatch(/^# yaml-language-server: \$schema=\/.*\/scenarios\/scenario\.schema\.json\n/u);
    expect(stdout).toContain('\nname: host\n');
  });

  it('refuses a name that there is not', async () => {
    const { status, stderr } = await launchbench(['scenarios', 'hots']);
    expect(status).toBe(2);
    expect(stderr).toContain('did you mean "host"?');
  });

  it('are listed by the help of run, too', async () => {
    const { stdout } = await launchbench(['run', '--help']);
    for (const name of names) expect(stdout).toContain(`  ${name} `);
  });
});
