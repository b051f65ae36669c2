import { writeSync } from 'node:fs';
import { EXIT } from '../errors.ts';
import { errorCode, shortageOf, systemErrorWords } from '../system-errors.ts';
import { VERSION } from '../version.ts';

// The version is answered before anything else is loaded: package managers, wrappers and CI ask for it often.
// Bundled as CommonJS, because the loader of ES modules alone costs a quarter of an empty node's start.
if (process.argv.length === 3 && process.argv[2] === '--version') {
  try {
    writeSync(1, `launchbench ${VERSION}\n`);
  } catch (error) {
    // A reader that has left wants no more; anything else is what this machine lacks.
    if (errorCode(error) !== 'EPIPE') {
      process.exitCode = EXIT.lacking;
      process.stderr.write(`launchbench: Cannot write to standard output: ${systemErrorWords(error)}\n`);
    }
  }
} else {
  void import('./program.ts')
    .then(({ runProgram }) => runProgram(process.argv.slice(2)))
    .catch((error: unknown) => {
      // Before the program can say so itself: where too few files may be open to load it, for one.
      const lack = shortageOf(error);
      process.stderr.write(`launchbench: Cannot start: ${lack ?? String(error)}\n`);
      process.exit(lack === null ? EXIT.bug : EXIT.lacking);
    });
}
