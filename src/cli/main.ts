import { writeSync } from 'node:fs';
import { VERSION } from '../version.ts';

// The version is answered before anything else is loaded: package managers, wrappers and CI ask for it often.
// Bundled as CommonJS, because the loader of ES modules alone costs a quarter of an empty node's start.
if (process.argv.length === 3 && process.argv[2] === '--version') {
  writeSync(1, `launchbench ${VERSION}\n`);
} else {
  void import('./program.ts').then(({ runProgram }) => runProgram(process.argv.slice(2)));
}
