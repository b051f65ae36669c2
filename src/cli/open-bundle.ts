import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { Script } from 'node:vm';
import { expectShortRun } from './expect-short-run.ts';

/** Set by the build alone: at its end, the program writes down the bytecode of all that it has run. */
const KEEP_BYTECODE = 'LAUNCHBENCH_KEEP_BYTECODE';

/**
 * Runs a CommonJS bundle with the bytecode that was kept of it, and returns its exports. Compiling is a third of a short
 * run, and most of that goes with this. V8 itself refuses bytecode of another version of V8, with other flags, or of a
 * file with another length; the file is then compiled, as it is where nothing was kept. `module.enableCompileCache()`
 * does the same from Node 22.1 on, in a folder that has to be found and trusted.
 *
 * @param entry - Absolute path of the bundle's first file; it asks for its other files by relative paths.
 */
export function openBundle(entry: string): unknown {
  const asUsual = expectShortRun();
  const requireModule = createRequire(entry);
  const exportsOf = new Map<string, object>();
  const scripts = new Map<string, Script>();
  const modules = new Map<string, unknown>();

  /** Modules of Node, most of which many files ask for. */
  const loadModule = (id: string): unknown => {
    if (!modules.has(id))
      modules.set(
        id,
        asUsual((): unknown => requireModule(id)),
      );
    return modules.get(id);
  };
  const load = (file: string): object => {
    const known = exportsOf.get(file);
    if (known !== undefined) return known;
    const module = { exports: {} };
    exportsOf.set(file, module.exports);
    const cachedData = bytecodeOf(file);
    const source = `(function (exports, require, module, __filename) {${readFileSync(file, 'utf8')}\n})`;
    const script = asUsual(() => new Script(source, { filename: file, ...(cachedData && { cachedData }) }));
    scripts.set(file, script);
    const run: unknown = script.runInThisContext();
    const requireNext = (id: string): unknown =>
      id.startsWith('.') ? load(resolve(dirname(file), id)) : loadModule(id);
    if (typeof run === 'function') Reflect.apply(run, null, [module.exports, requireNext, module, file]);
    exportsOf.set(file, module.exports);
    return module.exports;
  };

  if (process.env[KEEP_BYTECODE] !== undefined) {
    process.on('exit', () => {
      asUsual(() => {
        for (const [file, script] of scripts) keepBytecode(file, script.createCachedData());
      });
    });
  }
  return load(entry);
}

const bytecodeFile = (file: string): string => `${file}.bytecode`;

function bytecodeOf(file: string): Buffer | null {
  try {
    return readFileSync(bytecodeFile(file));
  } catch {
    return null;
  }
}

/** In one step: another launchbench may be starting from the same folder. */
function keepBytecode(file: string, bytecode: Buffer): void {
  const draft = `${bytecodeFile(file)}.${process.pid}`;
  writeFileSync(draft, bytecode);
  renameSync(draft, bytecodeFile(file));
}
