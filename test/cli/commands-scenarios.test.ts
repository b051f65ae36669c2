import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { measuredCells } from '../../src/results/cells.ts';
import { parseResults } from '../../src/results/results.ts';
import { aFolderOf, type ResultsFolder } from '../builders/results-folder.ts';
import { TRACER_KINDS } from '../builders/tracers.ts';

/** A scenario of two commands that each write into out/, and what makes them equivalent. */
function aScenario(name: string, equivalence: string, [old, fresh]: readonly [string, string]): string {
  return `version: 1
name: ${name}
commands:
  old: [sh, -c, ${JSON.stringify(old)}]
  new: [sh, -c, ${JSON.stringify(fresh)}]
prepare: [sh, -c, 'rm -rf out; mkdir out']
equivalence: ${equivalence}
`;
}

/** What is looked at of the report of a gate. */
const gated = z.object({ verdict: z.object({ findings: z.array(z.looseObject({ outcome: z.string() })) }) });

async function counted(folder: ResultsFolder, ...args: readonly string[]) {
  const { status, stdout } = await folder.launchbench([
    'run',
    ...args,
    '--counts-only',
    '--output',
    'out.json',
  ]);
  return { status, said: stdout.replaceAll(/\s+/gu, ' ') };
}

describe.skipIf(TRACER_KINDS.length === 0)(
  'commands of a scenario, equivalent by the files that they leave',
  () => {
    const files = "{ files: ['out/**'] }";

    it.each([
      {
        what: 'the same files',
        fresh: 'echo 1 > out/a; echo 1 > out/k; echo other > log',
        status: 0,
        says: /^(?!.*not equivalent)/u,
      },
      { what: 'other content', fresh: 'echo 2 > out/a; echo 1 > out/k', status: 1, says: /new.* out\/a/u },
      { what: 'a file too few', fresh: 'echo 1 > out/k', status: 1, says: /new.* out\/a/u },
      {
        what: 'a file too many',
        fresh: 'echo 1 > out/a; echo 1 > out/k; echo 1 > out/b',
        status: 1,
        says: /new.* out\/b/u,
      },
    ])('$what: $status', async ({ fresh, status, says }) => {
      const folder = aFolderOf({
        'scenario.yaml': aScenario('files', files, ['echo 1 > out/a; echo 1 > out/k', fresh]),
      });
      const found = await counted(folder, 'scenario.yaml');
      expect(found.status).toBe(status);
      expect(found.said).toMatch(says);
      const [scenario] = parseResults(folder.read('out.json'), 'out.json').scenarios;
      expect(scenario?.equivalence.equivalent).toBe(status === 0);
    });
  },
);

describe.skipIf(TRACER_KINDS.length === 0)('commands of a scenario, equivalent where a check says so', () => {
  const check = `{ check: [sh, -c, 'grep -q 1 out/a && grep -q "$LAUNCHBENCH_COMMAND" "$LAUNCHBENCH_STDOUT"'] }`;

  it.each([
    { what: 'what it accepts', fresh: 'echo 1 > out/a; echo new', status: 0, says: 'new' },
    {
      what: 'a file that it does not accept',
      fresh: 'echo 2 > out/a; echo new',
      status: 4,
      says: 'new (native) is void',
    },
    {
      what: 'output that it does not accept',
      fresh: 'echo 1 > out/a; echo old',
      status: 4,
      says: 'new (native) is void',
    },
  ])('$what: $status', async ({ fresh, status, says }) => {
    const folder = aFolderOf({
      'scenario.yaml': aScenario('check', check, ['echo 1 > out/a; echo old', fresh]),
    });
    const found = await counted(folder, 'scenario.yaml');
    expect(found).toMatchObject({ status, said: expect.stringContaining(says) as string });
  });
});

describe.skipIf(TRACER_KINDS.length === 0)('what stands around a command', () => {
  it('is found along the PATH that its command has', async () => {
    const folder = aFolderOf({
      'bin/note': '#!/bin/sh\necho "$1" >>log\n',
      'scenario.yaml': `version: 1
name: around
env: { PATH: 'bin:/usr/bin:/bin' }
commands: { run: [note, run] }
setup: [note, setup]
prepare: [note, prepare]
cleanup: [note, cleanup]
equivalence: { check: [note, check] }
`,
    });
    chmodSync(join(folder.path, 'bin/note'), 0o755);
    expect(await counted(folder, 'scenario.yaml')).toMatchObject({ status: 0 });
    const run = ['prepare', 'run', 'check'];
    expect(folder.read('log').split('\n')).toEqual(['setup', ...run, ...run, 'cleanup', '']);
  });

  it.each([
    {
      fails: 'the set-up of another',
      second: '{ command: [sh], setup: [sh, -c, exit 7] }',
      says: 'status 7',
    },
    { fails: 'another that is not there', second: '{ command: [no-such-command] }', says: 'no-such-command' },
    {
      fails: 'another that is not there, and then its clean-up',
      second: '{ command: [no-such-command], cleanup: [sh, -c, exit 8] }',
      says: 'no-such-command',
    },
  ])('is undone once: $fails', async ({ second, says }) => {
    const folder = aFolderOf({
      'scenario.yaml': `version: 1
name: around
commands:
  first: { command: [sh], setup: [sh, -c, echo setup >>log], cleanup: [sh, -c, echo cleanup >>log] }
  second: ${second}
`,
    });
    const { stderr } = await folder.launchbench(['run', 'scenario.yaml', '--counts-only']);
    expect(stderr).toContain(says);
    expect(folder.read('log').split('\n')).toEqual(['setup', 'cleanup', '']);
  });
});

describe.skipIf(TRACER_KINDS.length === 0)('a command that cannot be started', () => {
  it.each([
    {
      given: 'input that is missing',
      key: 'input: nowhere',
      says: /Cannot open "\S+\/nowhere" as the standard input of a child: there is no such file/u,
    },
    {
      given: 'a file as its directory',
      key: 'cwd: /etc/passwd',
      says: /Cannot open "\/etc\/passwd" as the working directory of a child: a part of the path is not a folder/u,
    },
  ])('voids its cell alone: $given', async ({ key, says }) => {
    const folder = aFolderOf({
      'scenario.yaml': `version: 1
name: started
commands:
  good: { command: [/bin/true] }
  bad: { command: [/bin/true], ${key} }
`,
    });
    const found = await counted(folder, 'scenario.yaml');
    expect(found).toMatchObject({ status: 4, said: expect.stringMatching(says) as string });
    expect(found.said).toContain('bad (native) is void');
    const [scenario] = parseResults(folder.read('out.json'), 'out.json').scenarios;
    expect(scenario === undefined ? [] : measuredCells(scenario).map(({ row }) => row)).toContain('good');
  });
});

describe.skipIf(TRACER_KINDS.length === 0)('results of commands', () => {
  const FILES = {
    'a.yaml': aScenario('a', 'exit', ['/bin/true; :', '/bin/true; /bin/true; :']),
    'b.yaml': aScenario('b', 'exit', ['/bin/true; :', ':']),
  };
  const run = (folder: ResultsFolder, output: string, ...args: readonly string[]) =>
    folder.launchbench(['run', 'a.yaml', 'b.yaml', '--counts-only', '--output', output, ...args]);
  const countsIn = (folder: ResultsFolder, file: string) =>
    parseResults(folder.read(file), file).scenarios.map((scenario) =>
      measuredCells(scenario).map(({ row, counts }) => [row, counts.launches, counts.forks]),
    );

  it('of two shards are what one run finds', async () => {
    const folder = aFolderOf(FILES);
    for (const shard of ['1', '2']) {
      expect(await run(folder, `${shard}.json`, '--shard', `${shard}/2`, '--run-id', 'r')).toMatchObject({
        status: 0,
      });
    }
    await run(folder, 'whole.json');
    expect([...countsIn(folder, '1.json'), ...countsIn(folder, '2.json')]).toEqual(
      countsIn(folder, 'whole.json'),
    );
    const merged = await folder.launchbench(['report', '1.json', '2.json']);
    expect(merged.stdout).toMatch(/old +1 +0[^]*new +2 +0[^]*old +1 +0[^]*new +0 +0/u);
    const alone = await folder.launchbench(['report', '1.json']);
    expect(alone.stderr).toContain('of the 2 shards of run r, number 2 is missing');
  });

  it('are held to a baseline by command, whichever shard they are in', async () => {
    const folder = aFolderOf(FILES);
    await run(folder, 'whole.json');
    expect(
      await folder.launchbench(['gate', 'whole.json', '--baseline', 'base.json', '--update']),
    ).toMatchObject({
      status: 0,
    });
    const [old, fresh] = ['/bin/true; :', '/bin/true; /bin/true; /bin/true; :'];
    const grown = aFolderOf({
      ...FILES,
      'base.json': folder.read('base.json'),
      'a.yaml': aScenario('a', 'exit', [old, fresh]),
    });
    for (const shard of ['1', '2'])
      await run(grown, `${shard}.json`, '--shard', `${shard}/2`, '--run-id', 'r');
    const { status, stdout } = await grown.launchbench([
      'gate',
      '1.json',
      '2.json',
      '--baseline',
      'base.json',
      '--json',
    ]);
    expect(status).toBe(1);
    const { verdict } = gated.parse(JSON.parse(stdout));
    const failed = verdict.findings.filter(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject([
      { rule: 'launches', scenario: 'a', row: 'new', expected: 'at most 2', found: '3' },
    ]);
  });

  it('are compared launch by launch', async () => {
    const folder = aFolderOf(FILES);
    await run(folder, 'old.json');
    const changed = aFolderOf({
      ...FILES,
      'old.json': folder.read('old.json'),
      'a.yaml': FILES['a.yaml'].replace('/bin/true; /bin/true; :', '/bin/true; :'),
    });
    await run(changed, 'new.json');
    const { status, stdout } = await changed.launchbench(['compare', 'old.json', 'new.json']);
    expect(status).toBe(0);
    expect(stdout.replaceAll(/\s+/gu, ' ')).toMatch(/new.* 2 (?:→ )?1/u);
  });

  it('have a history, a point a run', async () => {
    const folder = aFolderOf(FILES);
    await run(folder, 'history/1.json');
    await run(folder, 'history/2.json');
    const { status, stdout } = await folder.launchbench(['report', '--history', 'history']);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /\ba\n[^]*old +new\n[^]* 1\.json +1 +2\n[^]* 2\.json +1 +2\n[^]*\bb\n[^]* 2\.json +1 +0\n/u,
    );
  });
});
