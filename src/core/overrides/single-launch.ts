import { LaunchError, SysrootError } from '../../errors.ts';
import type { CaptureCall } from '../planning/plan.ts';
import { makeDestination, tidyDestination } from './destination-links.ts';
import { withoutRepeats } from './repeated-files.ts';
import { destinationOf } from './places.ts';
import type { CaptureServer, CaptureSession, Launching } from './server.ts';
import { openStaging, type Staging } from './staging.ts';
import { startToolConversation, type ToolConversation } from './tool-conversation.ts';

/**
 * Serves all capture calls of an architecture by one launch of the capture tool. It is given its patterns through
 * `from:-`, call by call: the tool acts on each line before it reads the next, so that what became of a call is known
 * before the next one is made.
 *
 * The tool has one destination, so it is given a folder of our own, which stands for the destinations in turn: when a
 * call has another one, the links that were made are moved to where they belong.
 */
export function serveByOneLaunch(session: CaptureSession, launching: Launching): CaptureServer {
  let staging: Staging | null = null;
  let conversation: ToolConversation | null = null;
  const abandon = async (): Promise<void> => {
    await conversation?.abandon();
    conversation = null;
    staging?.discard();
    staging = null;
  };
  return {
    async serve(call) {
      try {
        const dest = destinationOf(session.overrides, call.arch, call.dest);
        makeDestination(dest);
        staging ??= openStaging(session.overrides);
        const links = staging.standFor(dest);
        const { patterns, repeats } = withoutRepeats(call.patterns.map(onOneLine), session, links);
        try {
          conversation ??= startToolConversation(call.arch, staging, session, launching);
          await conversation.ask(patterns, call);
        } catch (error) {
          // It has ended. Another one takes its place where the capture goes on.
          conversation = null;
          if (!call.mayFail || !(error instanceof LaunchError)) throw error;
          session.report?.(`${call.purpose} of ${call.arch} is left out: ${error.message}`);
        }
        staging.readNew();
        for (const { first, name, target } of repeats) if (links.has(first)) staging.link(name, target);
        tidyDestination(dest, call, { links });
        return { links };
      } catch (error) {
        await abandon();
        throw error;
      }
    },
    async finish() {
      try {
        await conversation?.end();
        conversation = null;
        staging?.close();
        staging = null;
      } catch (error) {
        await abandon();
        throw error;
      }
    },
  };
}

/** @throws SysrootError for a pattern that would be taken for several. */
function onOneLine(pattern: CaptureCall['patterns'][number]): string {
  if (!/[\n\0]/u.test(pattern)) return pattern;
  throw new SysrootError(
    `Cannot capture ${JSON.stringify(pattern)}: a name with a line feed or NUL byte in it`,
    {
      hint: 'single-launch hands patterns to the tool line by line. Take such a driver out of the provider, or use --strategy in-process.',
    },
  );
}
