import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measuredCells } from '../../src/results/cells.ts';
import { parseResults } from '../../src/results/results.ts';
import { aFolderOf, type ResultsFolder } from '../builders/results-folder.ts';
import { installed } from '../builders/needs.ts';

const strace = installed('strace');
const qemu = installed('qemu-x86_64');

describe.skipIf(strace === null)('launchbench bench', () => {
  it('compares commands in interleaved rounds, with launches and forks, and says the answer first', async () => {
    const folder = aFolderOf({ 'three.sh': '#!/bin/sh\n/bin/true; /bin/true; /bin/true; (:)\n' });
    const { status, stdout } = await bench(folder, 'sh three.sh', 'sh -c :', '--rounds', '2');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^3 → 0 launches.* \(sh three\.sh → sh -c :, native\)\n/u);
    const cells = cellsIn(folder);
    expect(cells.map(({ row, counts }) => [row, counts.launches, counts.seen, counts.forks])).toEqual([
      ['sh three.sh', 3, [3, 3], 1],
      ['sh -c :', 0, [0, 0], 0],
    ]);
    for (const { samples } of cells) {
      const used = samples.filter(({ warmup }) => !warmup);
      expect(used.map(({ round }) => round)).toEqual([0, 1]);
      expect(used.map(({ ownUserUs }) => ownUserUs)).toEqual([0, 0]);
      expect(used.every(({ wallNs, childUserUs }) => wallNs > 0 && childUserUs !== null)).toBe(true);
    }
  });

  it('answers with --json in one document, whose comparisons say row, reference and verdicts', async () => {
    const folder = aFolderOf({});
    const { stdout } = await bench(folder, 'true', 'true', '--rounds', '2', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      comparisons: [
        {
          row: 'true (2)',
          reference: 'true',
          launches: { row: 0, reference: 0 },
          forks: { row: 0, reference: 0 },
          verdict: { cpu: expect.any(String) as string, wall: expect.any(String) as string },
        },
      ],
    });
  });

  it('counts and times one command alone', async () => {
    const folder = aFolderOf({});
    const { status, stdout } = await bench(folder, 'true', '--quick');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^0 launches, 0 forks, CPU \S+ ms, wall \S+ ms \(true, native\)\n/u);
  });

  it('counts without timing, and the gate reads the results', async () => {
    const folder = aFolderOf({ 'start.sh': '/bin/true\n' });
    const counted = await bench(folder, 'sh start.sh', '--counts-only', '--name', 'start');
    expect(counted.stdout).toMatch(/start +1 +0/u);
    const gate = ['gate', 'out.json', '--baseline', 'base.json'];
    expect(await folder.launchbench([...gate, '--update'])).toMatchObject({ status: 0 });
    expect(JSON.parse(folder.read('base.json'))).toMatchObject({
      scenarios: { bench: { start: { native: { launches: 1, labels: { true: 1 }, forks: 0 } } } },
    });
    expect(await folder.launchbench(gate)).toMatchObject({ status: 0 });

    const grown = aFolderOf({
      'start.sh': '/bin/true; /bin/echo hi\n',
      'base.json': folder.read('base.json'),
    });
    await bench(grown, 'sh start.sh', '--counts-only', '--name', 'start');
    const failed = await grown.launchbench(gate);
    expect(failed.status).toBe(1);
    expect(failed.stdout).toContain('echo hi');
    expect(failed.stdout).toContain("launchbench bench 'sh start.sh' --name start --counts-only");
  });

  it('ends with status 4 when counts differ between passes, which nothing can be said of', async () => {
    const folder = aFolderOf({ 'start.sh': 'if [ -e x ]; then /bin/true; else : >x; fi\n' });
    const { status, stdout } = await bench(folder, 'sh start.sh', '--counts-only');
    expect(status).toBe(4);
    expect(stdout.replaceAll(/\s+/gu, ' ')).toContain('launch counts differ between passes: 0, 1');
  });

  it.each(['a | b', 'a > b', 'a &', 'echo $HOME', 'ls *'])('refuses %j, and names --shell', async (line) => {
    const { status, stderr } = await bench(aFolderOf({}), line);
    expect(status).toBe(2);
    expect(stderr).toContain('--shell sh');
  });

  it('runs lines with a shell that is named, whose own start and launches are part of them', async () => {
    const folder = aFolderOf({});
    await bench(folder, '/bin/echo "$((1 + 1))" | cat; :', '--shell', 'sh', '--counts-only');
    expect(cellsIn(folder)[0]?.counts.ledger.map(({ argv }) => argv)).toEqual(
      expect.arrayContaining([['/bin/echo', '2'], ['cat']]),
    );
  });

  it('puts the values of parameters into commands', async () => {
    const folder = aFolderOf({});
    await bench(folder, 'echo {word} {n}', '-L', 'word', 'a,b', '-L', 'n', '1,2', '--counts-only');
    expect(cellsIn(folder).map(({ row }) => row)).toEqual(['echo a 1', 'echo b 1', 'echo a 2', 'echo b 2']);
  });

  it('puts them into the name of the file that is read, too', async () => {
    const folder = aFolderOf({ 'in-1': '', 'in-2': '' });
    await bench(folder, 'cat', '--input', 'in-{n}', '-L', 'n', '1,2', '--counts-only');
    expect(cellsIn(folder).map(({ row }) => row)).toEqual(['cat', 'cat (2)']);
  });

  it('runs setup and cleanup once, and prepare before each run', async () => {
    const folder = aFolderOf({ 'note.sh': 'echo "$1" >>log\n' });
    const notes = (word: string) => [`--${word}`, `sh note.sh ${word}`];
    await bench(
      folder,
      ...['sh note.sh run', '--counts-only'],
      ...[...notes('setup'), ...notes('prepare'), ...notes('cleanup')],
    );
    expect(folder.read('log').split('\n')).toEqual([
      'setup',
      ...['prepare', 'run', 'prepare', 'run'],
      ...['cleanup', ''],
    ]);
  });

  it('runs cleanup after a setup that did not make the command', async () => {
    const folder = aFolderOf({});
    const around = ['--setup', 'mkdir made', '--cleanup', 'rmdir made'];
    const { status } = await bench(folder, './made/command', '--counts-only', ...around);
    expect(status).toBe(3);
    expect(existsSync(join(folder.path, 'made'))).toBe(false);
  });

  it('reads standard input from a file', async () => {
    const folder = aFolderOf({ 'in.txt': 'hello', 'same.sh': 'test "$(cat)" = hello' });
    expect(await bench(folder, 'sh same.sh', '--input', 'in.txt', '--counts-only')).toMatchObject({
      status: 0,
    });
    const without = await bench(folder, 'sh same.sh', '--counts-only', '-o', 'other.json');
    expect(without.status).toBe(4);
  });

  it('says of a command that fails its status, its last words, and what accepts it', async () => {
    const folder = aFolderOf({ 'fail.sh': 'echo "cannot find it" >&2; exit 3' });
    const { status, stdout } = await bench(folder, 'sh fail.sh', '--quick');
    expect(status).toBe(4);
    const said = stdout.replaceAll(/\s+/gu, ' ');
    expect(said).toContain('"sh fail.sh" ended with status 3: cannot find it');
    expect(said).toContain('--ignore-failure');
    expect(await bench(folder, 'sh fail.sh', '--quick', '--ignore-failure', '-o', 'b.json')).toMatchObject({
      status: 0,
    });
  });

  it('ends a command that hangs at --timeout', async () => {
    const { status, stdout } = await bench(aFolderOf({}), 'sleep 600', '--timeout', '0.3', '--quick');
    expect(status).toBe(4);
    expect(stdout.replaceAll(/\s+/gu, ' ')).toContain('not over after 0.3 s');
  });

  it.each([
    { given: 'nosuchprogram --x', says: 'there is no such command in PATH' },
    { given: './data', says: 'it may not be executed' },
    { given: './missing', says: 'there is no such file' },
  ])('says of $given: $says', async ({ given, says }) => {
    const { status, stderr } = await bench(aFolderOf({ data: 'text' }), given);
    expect(status).toBe(3);
    expect(stderr).toContain(says);
  });

  it('keeps tokens out of names, results and the line that was typed', async () => {
    const folder = aFolderOf({});
    await bench(
      folder,
      'echo --token hunter2secret',
      'sh -c \'echo "$0"; /bin/true API_KEY=hunter2secret\'',
      '--counts-only',
    );
    expect(folder.read('out.json')).not.toContain('hunter2secret');
    expect(cellsIn(folder)[0]?.row).toBe("echo --token '***'");
  });

  it('copes with output that is no text', async () => {
    const folder = aFolderOf({});
    const { status } = await bench(
      folder,
      'head -c 5000 /dev/urandom',
      'head -c 9 /dev/urandom',
      '--counts-only',
    );
    expect(status).toBe(0);
    expect(notesIn(folder).join()).toContain('What they print to standard output differs');
  });

  it('compares nothing when commands that should print the same do not', async () => {
    const folder = aFolderOf({});
    const { status, stdout } = await bench(
      folder,
      ...['echo a', 'echo b', '--equivalence', 'stdout', '--counts-only'],
    );
    expect(status).toBe(1);
    expect(stdout.replaceAll(/\s+/gu, ' ')).toContain('only echo b (native): line 1 of standard output, "b"');
  });

  it.skipIf(qemu === null)(
    'voids a command whose children leave the emulator, and says what keeps them in',
    async () => {
      const folder = aFolderOf({});
      const command = ['env /bin/true', '--counts-only', '--wrapper', 'qemu=qemu-x86_64'];
      const { stdout } = await bench(folder, ...command);
      const said = stdout.replaceAll(/\s+/gu, ' ');
      expect(said).toMatch(/env \/bin\/true \(qemu\) is void: 1 of its launches escaped the emulation/u);
      expect(said).toMatch(/binfmt_misc/u);
    },
  );
});

it('times commands where nothing can be counted, and says why', async () => {
  const folder = aFolderOf({});
  const { status, stdout } = await folder.launchbenchProcess(
    ['bench', '/bin/true', '--quick', '-o', 'out.json'],
    {
      PATH: '/nowhere',
      LAUNCHBENCH_TRACER: 'strace',
    },
  );
  expect(status).toBe(0);
  expect(stdout.replaceAll(/\s+/gu, ' ')).toContain(
    'Launches and forks were not counted: Launches are counted',
  );
  expect(cellsIn(folder)[0]?.counts).toMatchObject({ launches: null, forks: null, seen: [] });
  expect(
    await folder.launchbench(['bench', '/bin/true', '--counts-only'], {
      PATH: '/nowhere',
      LAUNCHBENCH_TRACER: 'strace',
    }),
  ).toMatchObject({ status: 3 });
});

function bench(folder: ResultsFolder, ...args: readonly string[]) {
  const output = args.includes('-o') ? [] : ['-o', 'out.json'];
  return folder.launchbench(['bench', ...args, ...output]);
}

function scenarioIn(folder: ResultsFolder) {
  const path = join(folder.path, 'out.json');
  const [scenario] = parseResults(readFileSync(path, 'utf8'), path).scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  return scenario;
}

function cellsIn(folder: ResultsFolder) {
  return measuredCells(scenarioIn(folder));
}

function notesIn(folder: ResultsFolder) {
  return scenarioIn(folder).notes;
}
