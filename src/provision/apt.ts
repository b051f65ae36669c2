import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tuple } from '../core/sysroot/architectures.ts';
import { EnvironmentError, ScenarioError } from '../errors.ts';
import { plural } from '../plural.ts';
import { type AptSource, formatAptSources, parseAptSources, sourcesOfSuite } from './apt-sources.ts';
import { runSystemTool, STATUS_FD, type ToolOptions } from './system-tool.ts';

/** Packages of a Debian archive, with all that they depend on. */
export interface DebianPackages {
  /** Code name of the release: `bookworm`. */
  readonly suite: string;
  /** Names, each wanted for every architecture; `name:i386` for one alone. */
  readonly packages: readonly string[];
  readonly architectures: readonly Tuple[];
}

/** How apt is run. */
export interface AptOptions extends ToolOptions {
  /** Gets a line for each step, many times a second while something is downloaded. */
  readonly onStep: (step: string) => void;
}

/**
 * Downloads packages and what they depend on, as apt resolves it for an empty system, into a folder of ours. apt has a
 * state of its own there, so that it needs no rights and knows nothing of what is installed here; addresses, proxies,
 * keys and passwords are those of the machine's configuration. Everything is checked by apt against the signed hashes.
 *
 * @returns the paths of the packages, in byte order
 * @throws EnvironmentError when apt or the archive cannot be had; ScenarioError when the suite lacks a package.
 */
export async function downloadPackages(
  wanted: DebianPackages,
  folder: string,
  options: AptOptions,
): Promise<readonly string[]> {
  const { suite, packages, architectures } = wanted;
  const { onStep } = options;
  const apt = await openApt(wanted, folder, options);
  onStep(`${suite}: downloading the list of packages`);
  const update = await apt(['update'], percentOf('the list of packages', suite, onStep));
  if (update.failed) throw unreachable(suite, update.words);
  const names = packages.flatMap((name) =>
    name.includes(':') ? [name] : architectures.map((tuple) => `${name}:${DEBIAN_NAMES[tuple]}`),
  );
  const install = ['install', '--yes', '--no-install-recommends', ...names];
  const plan = await apt(['--print-uris', '-qq', ...install]);
  if (plan.failed) {
    throw new ScenarioError(`apt cannot resolve the packages of ${suite}: ${plan.words}`, {
      hint: 'apt-cache policy NAME says what the archive of this machine has; "packages" wants the names of binary packages.',
    });
  }
  const sizes = [...plan.stdout.matchAll(/^'[^']*' \S+ (\d+)/gmu)].map(([, bytes]) => Number(bytes));
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0) / 1e6;
  const what = `${plural(sizes.length, 'package')} (${total.toFixed(0)} MB)`;
  const download = await apt(['--download-only', ...install], percentOf(what, suite, onStep));
  if (download.failed) throw unreachable(suite, download.words);
  const archives = join(folder, 'cache', 'archives');
  const files = await readdir(archives);
  return files
    .filter((name) => name.endsWith('.deb'))
    .sort()
    .map((name) => join(archives, name));
}

/** What Debian calls the architectures. Source: dpkg-architecture(1). */
export const DEBIAN_NAMES: Readonly<Record<Tuple, string>> = {
  'x86_64-linux-gnu': 'amd64',
  'i386-linux-gnu': 'i386',
  'aarch64-linux-gnu': 'arm64',
};

/**
 * Read behind the machine's own configuration: commands that are to follow an update or an installation follow ours
 * not, and any list that failed is a failure, not a warning.
 */
const CONFIGURATION = `
#clear APT::Architectures;
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg;
#clear APT::NeverAutoRemove;
APT::Update::Error-Mode "any";
Acquire::Retries "3";
Acquire::Languages "none";
`;

/** What a run of apt ended with. */
interface AptEnd {
  readonly failed: boolean;
  readonly stdout: string;
  /** Its errors, else its warnings, in one line. */
  readonly words: string;
}

type Apt = (args: readonly string[], onPercent?: (percent: string) => void) => Promise<AptEnd>;

function percentOf(what: string, suite: string, onStep: AptOptions['onStep']): (percent: string) => void {
  return (percent) => {
    onStep(`${suite}: downloading ${what}, ${percent} %`);
  };
}

function unreachable(suite: string, words: string): EnvironmentError {
  return new EnvironmentError(`The packages of ${suite} cannot be downloaded: ${words}`, {
    hint: 'They come from the archive that the apt sources of this machine name, and are kept in the cache once they are there.',
  });
}

/** Lays out a state of its own for apt. */
async function openApt(
  { suite, architectures }: DebianPackages,
  folder: string,
  options: AptOptions,
): Promise<Apt> {
  const sources = sourcesOfSuite(suite, await machineSources(options), await ownSuites());
  if (sources.length === 0) {
    throw new EnvironmentError(`The apt sources of this machine name no archive that could have ${suite}`, {
      hint: `An archive is named in /etc/apt/sources.list or /etc/apt/sources.list.d, with the suite ${suite} or that of this machine, and the component main.`,
    });
  }
  const at = (name: string): string => join(folder, name);
  for (const name of ['state/lists/partial', 'cache/archives/partial'])
    await mkdir(at(name), { recursive: true });
  await writeFile(at('apt.conf'), CONFIGURATION);
  await writeFile(at('suite.sources'), formatAptSources(sources));
  await writeFile(at('status'), '');
  const names = architectures.map((tuple) => DEBIAN_NAMES[tuple]);
  const settings = [
    ['Dir::State', at('state')],
    ['Dir::State::status', at('status')],
    ['Dir::Cache', at('cache')],
    ['Dir::Log', at('log')],
    ['Dir::Etc::sourcelist', at('suite.sources')],
    ['Dir::Etc::sourceparts', '/dev/null'],
    ['Dir::Etc::preferences', '/dev/null'],
    ['Dir::Etc::preferencesparts', '/dev/null'],
    ['APT::Architecture', names[0] ?? ''],
    ...names.map((name) => ['APT::Architectures::', name]),
  ];
  const shared = ['-c', at('apt.conf'), ...settings.flatMap(([name, value]) => ['-o', `${name}=${value}`])];
  return (args, onPercent) => runApt([...shared, ...args], options, onPercent);
}

/** The sources of this machine, wherever its configuration says that they lie. */
async function machineSources(options: AptOptions): Promise<readonly AptSource[]> {
  const places = ['LIST', 'Dir::Etc::sourcelist/f', 'PARTS', 'Dir::Etc::sourceparts/d'];
  const { stdout } = await runSystemTool(['apt-config', 'shell', ...places], options);
  const [, list] = /^LIST='(.*)'$/mu.exec(stdout) ?? [];
  const [, parts] = /^PARTS='(.*)'$/mu.exec(stdout) ?? [];
  const names = parts === undefined ? [] : await readdir(parts).catch(() => []);
  const files = [
    ...(list === undefined ? [] : [list]),
    ...names.sort().map((name) => join(parts ?? '', name)),
  ];
  const read = await Promise.all(
    files
      .filter((file) => /\.(?:list|sources)$/u.test(file))
      .map(async (file) => {
        const text = await readFile(file, 'utf8').catch(() => '');
        return parseAptSources(text, file.endsWith('.sources') ? 'stanzas' : 'lines');
      }),
  );
  return read.flat();
}

/** What the release of this machine is called in sources. Source: os-release(5). */
async function ownSuites(): Promise<readonly string[]> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const [, codename] = /^VERSION_CODENAME=["']?([\w-]+)/mu.exec(text) ?? [];
  return [...(codename === undefined ? [] : [codename]), 'stable', 'oldstable', 'testing', 'unstable', 'sid'];
}

async function runApt(
  args: readonly string[],
  options: AptOptions,
  onPercent?: (percent: string) => void,
): Promise<AptEnd> {
  const argv = ['apt-get', '-o', `APT::Status-Fd=${STATUS_FD}`, ...args] as const;
  const { failed, stdout, stderr } = await runSystemTool(argv, options, (line) => {
    // dlstatus:ITEM:PERCENT:WORDS. Source: apt's README.progress-reporting.
    const [, percent] = /^dlstatus:\d+:(\d+)/u.exec(line) ?? [];
    if (percent !== undefined) onPercent?.(percent);
  });
  const lines = stderr.split('\n');
  const said = (letter: string): readonly string[] => lines.filter((line) => line.startsWith(`${letter}: `));
  const words = [said('E'), said('W'), lines].find((some) => some.length > 0) ?? [];
  return { failed, stdout, words: words.slice(0, 3).join('; ') };
}
