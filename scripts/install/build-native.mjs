// Builds capture-libs as a native executable: the engine's own compiler makes bytecode of our bundle, and the engine, a
// small host in C and the bytecode become one file. Run by the build of a checkout and by `launchbench build-native`,
// so it uses nothing but Node. It prints one line and never fails: without the executable the Node file serves.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getSystemErrorMap, promisify } from 'node:util';

/** QuickJS, of which a package holds the sources; the package is unpacked, never installed. Another version: these lines. */
const ENGINE = {
  package: 'qjsc@0.3.0',
  sha512: 'a7+cU6/IVcZbIejffdt/wZVMX6LL2MDL3HQ9Zb5Gm23G9DvBMS/z9GHFxz39bAvp2PvMOM+ypSOAyokt2DdZ2w==',
  sources: 'package/deps/quickjs_2021_03_27',
  version: '2021-03-27',
};
/**
 * Mistakes of this version. To a Map, the keys 6 and 12 / 2 are two: the engine keeps the one as an integer and the other as a
 * floating-point number, and hashes those differently. So keys are made integers where they are whole.
 */
const CORRECTIONS = [
  {
    part: 'quickjs',
    wrong:
      /JS_TAG_IS_FLOAT64\(tag\) && JS_VALUE_GET_FLOAT64\(key\) == 0\.0\) \{\s+key = JS_NewInt32\(ctx, 0\);/,
    right: 'JS_TAG_IS_FLOAT64(tag)) { key = JS_NewFloat64(ctx, JS_VALUE_GET_FLOAT64(key) + 0.0);',
  },
];
/** What is linked into our executable, and what its compiler needs in addition. */
const ENGINE_PARTS = ['quickjs', 'libregexp', 'libunicode', 'libbf', 'cutils'];
const COMPILER_PARTS = ['qjsc', 'quickjs-libc'];
// The engine counts on integers that wrap around.
const FLAGS = ['-O2', '-fwrapv', '-D_GNU_SOURCE', '-DCONFIG_BIGNUM', `-DCONFIG_VERSION="${ENGINE.version}"`];

const run = promisify(execFile);
const MINUTE_MS = 60_000;

/**
 * Builds the executable unless it is there already, made of the same parts.
 *
 * @param root - the folder of our package.json
 * @param files.program - the bundle that it is made of
 * @param files.executable - where it is put
 * @param files.flags - what the compiler is told in addition
 * @returns whether it is there now, and what to tell the user
 */
export async function buildNative(
  root,
  {
    program = join(root, 'dist/bin/capture-libs.native.js'),
    executable = join(root, 'dist/native/capture-libs'),
    flags = [],
  } = {},
) {
  const stamp = `${executable}.digest`;
  const start = performance.now();
  try {
    if (process.env.LAUNCHBENCH_NATIVE === '0') throw new Error('LAUNCHBENCH_NATIVE is 0');
    if (process.platform !== 'linux') throw new Error('it is made on Linux only');
    const recipe = readRecipe(root, program, [...FLAGS, ...flags]);
    if (existsSync(executable) && existsSync(stamp) && readFileSync(stamp, 'utf8') === recipe.digest) {
      return { built: true, message: 'capture-libs: the native executable is up to date' };
    }
    mkdirSync(dirname(executable), { recursive: true });
    rmSync(stamp, { force: true });
    const engine = await makeExecutable(recipe, executable);
    writeFileSync(stamp, recipe.digest);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const message = `capture-libs: native executable built in ${seconds} s (QuickJS ${ENGINE.version} ${engine})`;
    return { built: true, message };
  } catch (error) {
    // What an earlier build left may be of another source.
    for (const file of [executable, stamp]) rmSync(file, { force: true });
    const message = `capture-libs: no native executable, the Node program serves: ${reason(error)}`;
    return { built: false, message };
  }
}

/** What an executable is made of, and a digest of it all. */
function readRecipe(root, program, flags) {
  const host = join(root, 'src/native/host.c');
  const errors = systemErrors();
  const sources = [host, program, fileURLToPath(import.meta.url)].map((file) => readFileSync(file, 'utf8'));
  return { root, flags, host, program, errors, digest: digest([...flags, errors, ...sources]) };
}

async function makeExecutable({ root, flags, host, program, errors }, executable) {
  // Beside its place, so that it can be renamed into it.
  const draft = mkdtempSync(`${executable}-draft-`);
  try {
    const engine = await findEngine(root, flags, draft);
    // Bytecode of the name `capture_libs`; the file's own name stands in stack traces.
    await call(
      join(engine.folder, 'qjsc'),
      ['-m', '-c', '-N', 'capture_libs', '-o', 'program.h', program],
      draft,
    );
    writeFileSync(join(draft, 'system-errors.h'), errors);
    const objects = ENGINE_PARTS.map((part) => join(engine.folder, `${part}.o`));
    const parts = [`-I${engine.folder}`, '-I.', host, ...objects, '-lm', '-pthread', '-o', 'capture-libs'];
    const link = (...how) => call('cc', [...flags, ...how, ...parts], draft);
    // Without a dynamic linker it starts in half the time; some systems do not have the libraries for it.
    await link('-static', '-s').catch(() => link('-s'));
    renameSync(join(draft, 'capture-libs'), executable);
    return engine.cached ? 'from the cache' : 'compiled';
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The compiled engine: from our cache, else made and put there; where nothing can be kept, in the draft. */
async function findEngine(root, flags, draft) {
  const compiler = (await call('cc', ['--version'])).split('\n', 1)[0];
  const corrections = CORRECTIONS.map(({ right }) => right);
  const engineDigest = digest([ENGINE.sha512, ...corrections, compiler, process.arch, ...flags]);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'launchbench');
  const kept = join(cache, `engine-${engineDigest}`);
  if (existsSync(kept)) return { folder: kept, cached: true };
  const work = workFolder(cache) ?? draft;
  const folder = join(work, 'engine');
  try {
    await compileEngine(root, flags, folder);
    if (work === draft) return { folder, cached: false };
    try {
      renameSync(folder, kept);
    } catch (error) {
      // Another build was quicker.
      if (!existsSync(kept)) throw error;
    }
    return { folder: kept, cached: false };
  } finally {
    if (work !== draft) rmSync(work, { recursive: true, force: true });
  }
}

/** A folder of our own in the cache; null where it cannot be written. */
function workFolder(cache) {
  try {
    mkdirSync(cache, { recursive: true });
    return mkdtempSync(join(cache, 'draft-'));
  } catch {
    return null;
  }
}

/** Fetches the sources and compiles them: objects, the compiler `qjsc`, and the header. */
async function compileEngine(root, flags, folder) {
  mkdirSync(folder);
  await fetchEngine(root, folder);
  const sources = join(folder, ENGINE.sources);
  for (const { part, wrong, right } of CORRECTIONS) {
    const file = join(sources, `${part}.c`);
    const text = readFileSync(file, 'utf8');
    if (!wrong.test(text))
      throw new Error(`${part}.c of ${ENGINE.package} does not have what we correct in it`);
    writeFileSync(file, text.replace(wrong, right));
  }
  const paths = ['-DCONFIG_CC="cc"', '-DCONFIG_PREFIX="/"'];
  // Not a word about warnings: they are the engine's.
  const compile = (part) =>
    call('cc', [...flags, '-w', ...paths, '-c', join(sources, `${part}.c`), '-o', `${part}.o`], folder);
  await Promise.all([...ENGINE_PARTS, ...COMPILER_PARTS].map(compile));
  const objects = [...ENGINE_PARTS, ...COMPILER_PARTS].map((part) => `${part}.o`);
  await call('cc', [...flags, ...objects, '-lm', '-ldl', '-pthread', '-o', 'qjsc'], folder);
  renameSync(join(sources, 'quickjs.h'), join(folder, 'quickjs.h'));
  renameSync(join(sources, 'LICENSE'), join(folder, 'LICENSE'));
  rmSync(join(folder, 'package'), { recursive: true });
}

/** From whatever registry npm is set up with. What arrives is checked, not trusted. */
async function fetchEngine(root, folder) {
  const npm = process.env.npm_execpath?.endsWith('npm-cli.js')
    ? [process.execPath, process.env.npm_execpath]
    : ['npm'];
  // Options of the npm that runs us reach this one, too: some would keep it from writing the file.
  const quick = ['--dry-run=false', '--json=false', '--fetch-retries=1', '--fetch-timeout=20000'];
  const [command, ...args] = [...npm, 'pack', ENGINE.package, '--pack-destination', folder, ...quick];
  const archive = basename((await call(command, args, root)).trim().split('\n').at(-1));
  const sha512 = createHash('sha512')
    .update(readFileSync(join(folder, archive)))
    .digest('base64');
  if (sha512 !== ENGINE.sha512)
    throw new Error(`${ENGINE.package} is not what it was: its sha512 is ${sha512}`);
  await call('tar', ['-xzf', archive, ENGINE.sources], folder);
  rmSync(join(folder, archive));
}

/** Runs a program; what it printed. */
async function call(command, args, cwd = tmpdir()) {
  const env = { ...process.env, LC_ALL: 'C' };
  const { stdout } = await run(command, args, { cwd, env, timeout: 5 * MINUTE_MS, maxBuffer: 2 ** 24 });
  return stdout;
}

/** What libuv calls the numbers of errors, as a table in C: messages of both programs are the same. */
function systemErrors() {
  const rows = [...getSystemErrorMap()].map(
    ([number, [name, text]]) => `  {${-number}, ${JSON.stringify(name)}, ${JSON.stringify(text)}},`,
  );
  return [
    'struct system_error { int number; const char *name, *text; };',
    'static const struct system_error SYSTEM_ERRORS[] = {',
    ...rows,
    '};\n',
  ].join('\n');
}

function digest(parts) {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

/** Why it could not be built: of a program that failed, what is missing, or the line of its output that says error. */
function reason(error) {
  if (error.code === 'ENOENT' && error.syscall?.startsWith('spawn')) {
    return `${error.path} is not there; install it and run the build again`;
  }
  const lines = String(error.stderr ?? '')
    .split('\n')
    .filter((line) => /error/i.test(line));
  return lines.length > 0 ? lines[0].trim() : error.message.split('\n', 1)[0];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { built, message } = await buildNative(fileURLToPath(new URL('../..', import.meta.url)));
  console.log(message);
  process.exitCode = built ? 0 : 1;
}
