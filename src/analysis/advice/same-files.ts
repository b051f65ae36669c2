import { groupBy } from '../../group-by.ts';
import { plural } from '../../plural.ts';
import type { AdviceRule } from './advice.ts';
import { captureCalls, type CaptureCall } from './capture-calls.ts';

/** Names of one file, such as Mesa's drivers are: all its work is done again for each. */
export const adviseOnSameFiles: AdviceRule = (trace, isFree, files) => {
  const asked = captureCalls(trace).flatMap((call) =>
    call.patterns.flatMap(({ path }) => {
      const identity = path === null ? null : files.identityOf(call.provider + path);
      return identity === null ? [] : [{ call, path, key: [call.settings, identity].join('\0') }];
    }),
  );
  return [...groupBy(asked, ({ key }) => key).values()].flatMap((same) => {
    const [{ path }] = same;
    const names = new Set(same.map((one) => one.path));
    if (names.size === 1) return [];
    const [first, ...again] = new Set(same.map(({ call }) => call));
    const saved = again.filter(({ launch, patterns }) => patterns.length === 1 && isFree(launch.seq));
    return [
      {
        kind: 'same-file' as const,
        what: `${path ?? ''} is captured under ${plural(names.size - 1, 'other name')} again, all of them one file; a link beside the first does the same, as batched-dedup makes it`,
        caution: 'Files are looked at as they are here and now',
        effect: 'merged' as const,
        saved: saved.map(seqOf),
        kept: [...(first === undefined ? [] : [first]), ...again.filter((call) => !saved.includes(call))].map(
          seqOf,
        ),
      },
    ];
  });
};

function seqOf({ launch }: CaptureCall): number {
  return launch.seq;
}
