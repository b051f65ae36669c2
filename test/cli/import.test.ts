import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolderOf } from '../builders/results-folder.ts';

const REPORT = JSON.stringify({
  architectures: { 'x86_64-linux-gnu': { 'can-run': true } },
  vulkan: {
    icds: [
      {
        json_path: '/usr/share/vulkan/icd.d/a.json',
        library_path: '/usr/lib/x86_64-linux-gnu/libvulkan_a.so',
      },
    ],
  },
});

describe('launchbench import', () => {
  it('makes a scenario that run measures', async () => {
    const folder = aFolderOf({ 'report.json': REPORT });
    const { status, stderr } = await folder.launchbenchProcess([
      'import',
      'report.json',
      '-o',
      'theirs.yaml',
    ]);
    expect({ status }).toEqual({ status: 0 });
    expect(stderr).toContain('does not tell what drivers depend on');
    const ran = await folder.launchbench(['run', 'theirs.yaml', '--counts-only', '--json']);
    expect(ran).toMatchObject({ status: 0 });
  });

  it('prints the scenario, or tells with --json what it said', async () => {
    const folder = aFolderOf({ 'report.json': REPORT });
    const printed = await folder.launchbench(['import', 'report.json', '--name', 'mine']);
    expect(printed.stdout).toContain('name: mine');
    const { stdout } = await folder.launchbench(['import', 'report.json', '--json']);
    expect(JSON.parse(stdout)).toHaveProperty('notes');
  });

  it('replaces no file', async () => {
    const folder = aFolderOf({ 'report.json': REPORT, 'mine.yaml': 'mine' });
    const { status } = await folder.launchbench(['import', 'report.json', '-o', 'mine.yaml']);
    expect(status).toBe(2);
    expect(folder.read('mine.yaml')).toBe('mine');
  });

  it.each([
    { text: REPORT.slice(0, 60), complaint: /^launchbench: report\.json:1:\d+: the file ends early/ },
    { text: '[]', complaint: /report\.json:1:1: .*expected/ },
    {
      text: '{ "architectures": { "x86_64-linux-gnu": { "can-run": "yes" } } }',
      complaint: /report\.json:1:\d+: .*can-run/,
    },
    { text: '{}', complaint: /architectures/ },
  ])('refuses $text', async ({ text, complaint }) => {
    const folder = aFolderOf({ 'report.json': text });
    const { status, stderr } = await folder.launchbench(['import', 'report.json', '-o', 'theirs.yaml']);
    expect(status).toBe(2);
    expect(stderr).toMatch(complaint);
    expect(existsSync(join(folder.path, 'theirs.yaml'))).toBe(false);
  });
});
