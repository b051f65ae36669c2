import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findExecutable } from '../../src/launch/find-executable.ts';
import { traceCommand } from '../../src/trace/trace-command.ts';
import type { TracerKind } from '../../src/trace/tracer.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { aTracer, TRACER_KINDS } from '../builders/tracers.ts';

/** What a line of a shell launches, as a tracer tells it, without what differs from run to run. */
async function seenBy(kind: TracerKind, line: string): Promise<readonly unknown[]> {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'src'));
  writeFileSync(
    join(cwd, 'Makefile'),
    'all: a b\na b: ; @cp Makefile $@; sh -c "true; exec cat $@" >/dev/null\n',
  );
  writeFileSync(
    join(cwd, 'package.json'),
    '{ "name": "x", "scripts": { "go": "node -e 0 && git --version" } }',
  );
  const { done } = await traceCommand(await aTracer(kind), {
    argv: ['/bin/sh', '-c', line],
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, npm_config_update_notifier: 'false' },
    stdio: 'ignore',
    timeoutMs: 100_000,
    lingerMs: 100_000,
    limit: 100_000,
  });
  const { tree, end } = await done;
  const told = tree.launches.map(({ path, argv, image, startedBy, forks, end: ended, cwd: folder }) => ({
    words: [path, ...argv].map((word) => word.replaceAll(cwd, '.').replaceAll(TEMPORARY, '…')),
    image,
    from: startedBy === null ? null : tree.launches[startedBy]?.argv[0],
    forks,
    ended,
    folder: folder?.replaceAll(cwd, '.'),
  }));
  // What runs side by side comes in any order.
  return [end, tree.forks, ...told.map((launch) => JSON.stringify(launch)).sort()];
}

/** Names that cc and git give to files of theirs. */
const TEMPORARY = /\/tmp\/cc\w{6}|tmp-\d+-pack/gu;

const COMMANDS = [
  {
    line: 'for i in 1 2 3; do true | /bin/true | (cat; :) & done; wait; x=$(ls; pwd); exec sh -c "exit 3"',
    needs: 'sh',
  },
  { line: 'cd /usr && (cd bin; /bin/true); env -i /bin/sh -c "kill -TERM \\$\\$"; nowhere; :', needs: 'env' },
  { line: 'find . -name "*e*" -exec /bin/echo {} + ; find . -print0 | xargs -0 -n 1 -P 2 ls', needs: 'find' },
  { line: 'setsid sleep 0.1 & nohup sh -c "sleep 0.1" >/dev/null; timeout 5 sleep 0', needs: 'setsid' },
  { line: 'make -j2 all', needs: 'make' },
  {
    line: 'git init -q . && git add . && git -c user.name=a -c user.email=b commit -qm x && git gc -q',
    needs: 'git',
  },
  {
    line: 'node -e \'const { execFileSync: f, spawn } = require("child_process"); f("true"); spawn("ls", ["é\\n"])\'',
    needs: 'node',
  },
  { line: 'npm run go', needs: 'npm' },
  { line: 'perl -e \'system("true"); system("true; false"); print `pwd`; fork; exec "ls"\'', needs: 'perl' },
  {
    line: "bash -c 'cat <(ls) <(pwd); coproc true; mapfile < <(ls); echo $(</etc/passwd) | wc'",
    needs: 'bash',
  },
  {
    line: 'python3 -c \'import subprocess as s, os; s.run(["true"]); s.run("true; ls", shell=True); os.fork(); os.execlp("ls", "ls")\'',
    needs: 'python3',
  },
  { line: 'echo "int main(void) { return 0; }" > a.c; cc -o a a.c && ./a', needs: 'cc' },
] as const;

describe.skipIf(TRACER_KINDS.length < 2)('our own tracer and strace see the same launches and forks', () => {
  it.each(COMMANDS)('of $line', async ({ line, needs }) => {
    if (findExecutable(needs, process.env['PATH'], '/') === null) return;
    expect(await seenBy('launch-tracer', line)).toEqual(await seenBy('strace', line));
  });
});
