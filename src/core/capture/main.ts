import process from 'node:process';
import { baseName } from './paths.ts';
import { environmentVariable, processArguments } from './process-bytes.ts';
import { captureLibs } from './program.ts';
import { print } from './message-writer.ts';

void captureLibs(processArguments(), {
  program: baseName(process.argv[1] ?? 'capture-libs'),
  env: {
    CAPSULE_DEBUG: process.env['CAPSULE_DEBUG'],
    LD_LIBRARY_PATH: environmentVariable('LD_LIBRARY_PATH'),
    POSIXLY_CORRECT: process.env['POSIXLY_CORRECT'],
  },
  print,
}).then((status) => {
  process.exitCode = status;
});
