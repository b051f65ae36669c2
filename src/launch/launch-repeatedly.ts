import type { Launcher, LaunchRequest } from '../core/overrides/server.ts';
import { LaunchError } from '../errors.ts';

/**
 * Launches something trivial, over and over.
 *
 * @throws LaunchError when it fails.
 */
export async function launchRepeatedly(
  launcher: Launcher,
  argv: LaunchRequest['argv'],
  times: number,
  given: Pick<LaunchRequest, 'env' | 'timeoutMs'>,
): Promise<void> {
  for (let launch = 0; launch < times; launch += 1) {
    const request = { ...given, argv, purpose: 'floor', arch: null, executable: argv[0] };
    const { end } = await launcher.launch(request);
    if (end.kind !== 'exited' || end.status !== 0) throw new LaunchError(`${argv.join(' ')} failed`);
  }
}
