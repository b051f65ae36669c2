import { join } from 'node:path';
import { EnvironmentError, EXIT } from '../../errors.ts';
import { defineCommand } from '../command.ts';

/** `launchbench build-native`: what the build of a checkout does by itself, for an installed package. */
export const buildNative = defineCommand({
  description:
    'Builds capture-libs as an executable of its own, without Node: natively it starts in some 2 ms instead of 80, ' +
    'under an emulator in 40 ms instead of more than a second. The sources of the engine, QuickJS, are fetched with npm ' +
    'and checked; a C compiler, cc, is needed. From then on it is what run and capture launch unless --tool says ' +
    'otherwise.',
  positionals: {},
  options: {},
  examples: [{ purpose: 'Once, after installing launchbench', line: 'launchbench build-native' }],
  async run({ json }, { installation, signal, write }) {
    // Loaded only now, as no other command needs it.
    const { execa } = await import('execa');
    const script = join(installation.root, 'scripts/install/build-native.mjs');
    const { exitCode, stdout } = await execa(process.execPath, [script], {
      stdin: 'ignore',
      stderr: 'inherit',
      cancelSignal: signal,
      reject: false,
    });
    signal.throwIfAborted();
    if (exitCode !== 0) {
      throw new EnvironmentError(stdout.trim(), {
        hint: 'It needs npm with a registry, cc and tar: on Debian, apt-get install gcc libc6-dev.',
      });
    }
    write(
      json ? `${JSON.stringify({ executable: installation.captureLibs.native })}\n` : `${stdout.trim()}\n`,
    );
    return EXIT.done;
  },
});
