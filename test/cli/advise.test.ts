import { describe, expect, it } from 'vitest';
import { installed } from '../builders/needs.ts';
import { aFolderOf } from '../builders/results-folder.ts';
import { someResults } from '../builders/some-results.ts';
import { aTrace, aTraceLaunch } from '../builders/some-traces.ts';

const recording = JSON.stringify(
  aTrace([
    aTraceLaunch(),
    aTraceLaunch({ seq: 1, startedBy: 0, executable: '/bin/git', argv: ['git', '--version'] }),
    aTraceLaunch({ seq: 2, startedBy: 0, executable: '/bin/git', argv: ['git', '--version'] }),
  ]),
);

describe('launchbench advise', () => {
  it('says first how many launches could be saved, then which and what that saves', async () => {
    const { status, stdout } = await aFolderOf({ 'r.json': recording }).launchbenchProcess([
      'advise',
      'r.json',
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^2 launches; 1 could be saved\./);
    expect(stdout).toContain('git is asked for --version 2 times');
    expect(stdout.replace(/\s+/gu, ' ')).toContain('fex-nocache MODELLED 120 ms [60 ms, 180 ms]');
  });

  it('gives the same as JSON, under the models that are asked for', async () => {
    const { stdout } = await aFolderOf({ 'r.json': recording }).launchbench([
      ...['advise', 'r.json', '--json', '--emulation', 'qemu-user'],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      launches: 2,
      advice: [{ kind: 'version-probe', launchesSaved: 1, modelled: [{ model: 'qemu-user' }] }],
    });
  });

  it.skipIf(installed('strace') === null)(
    'tells what a replay measured, beside what a model says',
    async () => {
      const folder = aFolderOf({});
      await folder.launchbench([
        'trace',
        '-q',
        '--save',
        'r.json',
        '--',
        'sh',
        '-c',
        '/bin/true; /bin/true; :',
      ]);
      const options = ['--only', 'true', '--rounds', '1', '--output', 'measured.json'];
      expect(await folder.launchbench(['replay', 'r.json', ...options])).toMatchObject({ status: 0 });
      const { stdout } = await folder.launchbench(['advise', 'r.json', '--results', 'measured.json']);
      expect(stdout.replace(/\s+/gu, ' ')).toMatch(/native measured [\d.]+ ms of CPU; qemu-user MODELLED/u);
    },
  );

  it('tells the saving by a model file, as calibrate writes it', async () => {
    const range = { value: 10, low: 8, high: 12 };
    const model = {
      ...{ preset: null, launchMs: range, cpuFactor: range, firstLaunchExtraMs: range, hostFactor: 1 },
      ...{ caller: 'emulated', source: 'here', confidence: 'high', calibratedOn: 'this machine' },
      // Where a page has its price, most of what a start costs may be in that: 150 pages of it.
      perPageMs: { value: 0.2, low: 0.1, high: 0.4 },
    };
    const file = JSON.stringify({ schema: 'launchbench.model/1', name: 'mine', model });
    const folder = aFolderOf({ 'r.json': recording, 'm.json': file });
    const options = ['--emulation', 'model=m.json', '--emulation', 'fex-nocache', '--json'];
    const { stdout } = await folder.launchbench(['advise', 'r.json', ...options]);
    expect(JSON.parse(stdout)).toMatchObject({
      advice: [
        {
          modelled: [{ model: 'mine', savedMs: { value: 40, low: 23, high: 72 } }, { model: 'fex-nocache' }],
        },
      ],
    });
  });

  it.each([
    { word: 'fex-nocach', says: 'did you mean "fex-nocache"' },
    { word: 'box64-dynacache', says: 'says what a launch costs' },
    { word: 'model=nowhere.json', says: 'nowhere.json: cannot read this model file' },
  ])('refuses --emulation $word', async ({ word, says }) => {
    const folder = aFolderOf({ 'r.json': recording });
    const { status, stderr } = await folder.launchbench(['advise', 'r.json', '--emulation', word]);
    expect(status).toBe(2);
    expect(stderr.toLowerCase()).toContain(says);
  });

  it('refuses results that are not of a replay of the recording', async () => {
    const folder = aFolderOf({ 'r.json': recording, 'other.json': someResults() });
    const { status, stderr } = await folder.launchbench(['advise', 'r.json', '--results', 'other.json']);
    expect(status).toBe(2);
    expect(stderr).toContain('other.json: not of a replay of this recording');
  });

  it.each([
    { text: recording.slice(0, 200), complaint: 'r.json:1:' },
    { text: '{"schema":"launchbench.results/2"}', complaint: 'not a trace' },
    { text: recording.replace('"seq":2', '"seq":7'), complaint: 'expected launch 2' },
    { text: recording.replace('"startedBy":0', '"startedBy":5'), complaint: 'started by one before it' },
  ])('refuses a recording that says $complaint', async ({ text, complaint }) => {
    const { status, stderr } = await aFolderOf({ 'r.json': text }).launchbench(['advise', 'r.json']);
    expect(status).toBe(2);
    expect(stderr).toContain(complaint);
  });

  it.skipIf(installed('strace') === null)('reads what trace wrote', async () => {
    const folder = aFolderOf({});
    await folder.launchbenchProcess([
      'trace',
      '--output',
      'r.json',
      '--',
      'sh',
      '-c',
      '/bin/true; /bin/true; :',
    ]);
    const { stdout } = await folder.launchbench(['advise', 'r.json']);
    expect(stdout).toMatch(/^2 launches; 1 could be saved/);
  });
});
