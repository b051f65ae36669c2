import { VERSION } from '../version.ts';

// The version is answered before anything else is loaded: package managers, wrappers and CI ask for it often.
if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.write(`launchbench ${VERSION}\n`);
} else {
  const { runProgram } = await import('./program.ts');
  await runProgram(process.argv.slice(2), import.meta.url);
}
