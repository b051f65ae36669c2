import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { executable, ownToolWords } from '../builders/executables.ts';
import { installed } from '../builders/needs.ts';
import { outputOf } from '../builders/programs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

const hasStrace = installed('strace') !== null;
const bin = dirname(executable('launchbench.js'));

type Environment = Readonly<Record<string, string>>;

/** What is longer hangs: npm alone takes half a minute on a machine with other work. */
const LIMIT_MS = 100_000;

/** Packs what is published, with the programs of this test run. */
function packLaunchbench(packed: string): void {
  const folder = temporaryFolder();
  const staged = join(folder, 'package');
  mkdirSync(staged);
  for (const name of ['package.json', 'README.md', ...manifest.files]) {
    if (existsSync(name) && !name.startsWith('dist/')) cpSync(name, join(staged, name), { recursive: true });
  }
  cpSync(bin, join(staged, 'dist/bin'), { recursive: true });
  // What npm pack makes, which takes longer than all of the installation.
  outputOf('tar', ['--create', '--gzip', '--file', packed, '--directory', folder, 'package']);
}

const isInstallation = (step: string): boolean => step.startsWith('npm install ');
const installations = new Map<string, Promise<string>>();

/** Runs a step that installs the package, once for all templates that say it alike: where its programs are then. */
async function install(step: string, variables: Environment): Promise<string> {
  const file = variables['LAUNCHBENCH'] ?? '';
  const said = `${step} ${file}`;
  const programs = installations.get(said) ?? installedNow();
  installations.set(said, programs);
  return await programs;

  async function installedNow(): Promise<string> {
    const folder = temporaryFolder(afterAll);
    packLaunchbench(join(folder, file));
    await execa('bash', ['-eo', 'pipefail', '-c', step], {
      ...{ cwd: folder, timeout: LIMIT_MS, extendEnv: false },
      env: {
        ...surroundings(folder),
        ...variables,
        npm_config_prefix: `${folder}/npm`,
        npm_config_offline: 'true',
      },
    });
    return `${folder}/npm/bin`;
  }
}

/** Runs the commands of a template one by one, as its CI service does, until one fails. */
async function runSteps(
  steps: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
): Promise<{ readonly status: number | undefined; readonly said: string }> {
  let said = '';
  let path = env['PATH'] ?? '';
  for (const step of steps) {
    // The tests have strace already, and cannot install anything.
    if (step.includes('apt-get install')) continue;
    if (isInstallation(step)) {
      path = `${await install(step, env)}:${path}`;
      continue;
    }
    const { all, exitCode } = await execa('bash', ['-eo', 'pipefail', '-O', 'extglob', '-c', step], {
      ...{ cwd, env: { ...env, PATH: path }, extendEnv: false },
      ...{ all: true, reject: false, timeout: LIMIT_MS },
    });
    said += all;
    if (exitCode !== 0) return { status: exitCode, said };
  }
  return { status: 0, said };
}

/** What a step has around it: nothing but node, npm and an empty home. */
function surroundings(folder: string): Environment {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    CI: 'true',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
  };
}

/** A capture tool that is a script. */
const TOOL = `#!/bin/sh\nexec ${ownToolWords()} "$@"\n`;

/** A scenario with a few Vulkan drivers, each captured by a launch of its own. */
function desktopWith(...drivers: readonly string[]): string {
  const list = drivers.map((name) => `{ manifest: ${name}.json, file: libvulkan_${name}.so }`).join(', ');
  return `
version: 1
name: desktop
strategies: [per-driver]
architectures: [x86_64-linux-gnu]
provider: { synthetic: { drivers: { vulkan-icd: [${list}] } } }
`;
}

const Steps = z.array(z.looseObject({ run: z.string().optional() }));
const github = z
  .object({ env: z.record(z.string(), z.string()), jobs: z.object({ gate: z.object({ steps: Steps }) }) })
  .parse(parse(readFileSync('scripts/ci/github-workflow.yml', 'utf8')));
const gitlab = z
  .object({
    launches: z.object({ variables: z.record(z.string(), z.string()), script: z.array(z.string()) }),
  })
  .parse(parse(readFileSync('scripts/ci/gitlab-template.yml', 'utf8')));

describe.skipIf(!hasStrace).each([
  {
    service: 'GitHub',
    variables: github.env,
    steps: github.jobs.gate.steps.flatMap(({ run }) => (run === undefined ? [] : [run])),
    tool: './tool',
    reports: ['gate.html', 'gate.xml'],
  },
  {
    service: 'GitLab',
    variables: gitlab.launches.variables,
    steps: gitlab.launches.script,
    tool: '',
    reports: ['code-quality.json', 'gate.html', 'gate.xml'],
  },
])(
  'the template for $service, in a repository of a stranger, with the tool "$tool",',
  ({ variables, steps, tool, reports }) => {
    it('counts, says how a baseline is made when there is none, passes with one, fails when a launch came back, and reports a tool that fails', async () => {
      const folder = temporaryFolder();
      const cwd = join(folder, 'repository');
      mkdirSync(cwd);
      const env = { ...surroundings(folder), ...variables, SCENARIO: 'desktop.yaml', TOOL: tool };
      writeFileSync(join(cwd, 'tool'), TOOL, { mode: 0o755 });
      writeFileSync(join(cwd, 'desktop.yaml'), desktopWith('a'));
      const first = await runSteps(steps, { cwd, env });
      expect(first.said).toContain('--update');
      expect(first.said.replaceAll(/\s+/gu, ' ')).toContain(tool === '' ? '(our own' : 'tool tool (external');
      expect(first.status).not.toBe(0);

      const accept = 'launchbench gate counts.json --baseline launches.json --update --allow-ci';
      const accepted = await runSteps([...steps.filter(isInstallation), accept], { cwd, env });
      expect(accepted).toMatchObject({ status: 0 });
      rmSync(join(cwd, 'counts.json'));
      expect(await runSteps(steps, { cwd, env })).toMatchObject({ status: 0 });
      expect(readdirSync(cwd)).toEqual(expect.arrayContaining(reports));

      writeFileSync(join(cwd, 'desktop.yaml'), desktopWith('a', 'b'));
      rmSync(join(cwd, 'counts.json'));
      expect((await runSteps(steps, { cwd, env })).status).toBe(1);

      writeFileSync(join(cwd, 'tool'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });
      reports.forEach((name) => {
        rmSync(join(cwd, name));
      });
      rmSync(join(cwd, 'counts.json'));
      expect((await runSteps(steps, { cwd, env: { ...env, TOOL: './tool' } })).status).toBe(1);
      expect(readdirSync(cwd)).toEqual(expect.arrayContaining(reports));
    });
  },
);

describe.skipIf(!hasStrace)('the action', () => {
  const action = z
    .object({
      inputs: z.record(z.string(), z.object({ default: z.string() })),
      runs: z.object({
        steps: z.array(
          z.object({ id: z.string(), env: z.record(z.string(), z.string()).default({}), run: z.string() }),
        ),
      }),
    })
    .parse(parse(readFileSync('action.yml', 'utf8')));

  /** Runs the action in a repository with a base and a head, whose tools are given. */
  async function runAction(tools: { readonly base: string; readonly head: string }) {
    const folder = temporaryFolder();
    const cwd = join(folder, 'repository');
    mkdirSync(cwd);
    // The action's own checkout, built already.
    mkdirSync(join(folder, 'action/dist'), { recursive: true });
    cpSync(bin, join(folder, 'action/dist/bin'), { recursive: true });
    cpSync('package.json', join(folder, 'action/package.json'));
    const base = surroundings(folder);
    const git = (...args: readonly string[]) => execa('git', args, { cwd, env: base, timeout: LIMIT_MS });
    await git('init', '--quiet', '--initial-branch=main');
    for (const tool of [tools.base, tools.head]) {
      writeFileSync(join(cwd, 'tool.in'), tool);
      writeFileSync(join(cwd, 'desktop.yaml'), desktopWith('a'));
      await git('add', '.');
      await git('commit', '--quiet', '--message', 'A build');
    }
    const inputs: Readonly<Record<string, string>> = {
      scenario: 'desktop.yaml',
      build: 'cp tool.in tool && chmod +x tool',
      tool: 'tool',
      base: 'HEAD^',
    };
    const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    let status: number | undefined = 0;
    let said = '';
    for (const { run, env } of action.runs.steps) {
      const outputs = existsSync(files.GITHUB_OUTPUT) ? readFileSync(files.GITHUB_OUTPUT, 'utf8') : '';
      const values = Object.entries(env).map(([name, value]): [string, string] => [
        name,
        value
          .replace(/\$\{\{ inputs\.(\w+).*\}\}/u, (_, name: string) => inputs[name] ?? '')
          .replace(
            /\$\{\{ steps\.\w+\.outputs\.(\w+) \}\}/u,
            (_, name: string) => new RegExp(`^${name}=(.*)$`, 'mu').exec(outputs)?.[1] ?? '',
          ),
      ]);
      const ran = await runSteps([run], {
        cwd,
        env: {
          ...base,
          ...files,
          RUNNER_TEMP: folder,
          GITHUB_ACTION_PATH: join(folder, 'action'),
          ...Object.fromEntries(values),
        },
      });
      said += ran.said;
      ({ status } = ran);
      if (status !== 0) break;
    }
    return {
      status,
      said,
      summary: existsSync(files.GITHUB_STEP_SUMMARY) ? readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8') : '',
    };
  }

  it('passes when head launches what base did, and says so in the summary', async () => {
    const { status, summary, said } = await runAction({ base: TOOL, head: `${TOOL}# changed\n` });
    expect(status, said).toBe(0);
    expect(summary).toContain('desktop');
  });

  it('fails when the tool of head starts more programs', async () => {
    const { status, summary, said } = await runAction({
      base: TOOL,
      head: TOOL.replace('exec', '/bin/true; exec'),
    });
    expect(status, said).toBe(1);
    expect(summary).toContain('desktop');
  });

  it('fails when the tool of head does', async () => {
    const { status, said, summary } = await runAction({ base: TOOL, head: '#!/bin/sh\nexit 9\n' });
    expect(status, said).toBe(1);
    expect(summary).toContain('status 9');
  });
});
