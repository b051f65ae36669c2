import { groupBy } from '../../group-by.ts';
import { plural } from '../../plural.ts';
import type { AdviceOn, AdviceRule } from './advice.ts';
import { type CaptureCall, captureCalls } from './capture-calls.ts';
import { keepAnswers } from './repetitions.ts';

/** Calls of a capture tool that could be one call, by what upstream's own batching does and what it leaves undone. */
export const adviseOnCaptures: AdviceRule = (trace) => {
  const calls = captureCalls(trace);
  const questions = calls.filter(({ isQuestion }) => isQuestion).map(({ launch }) => launch);
  const captures = calls.filter(({ isQuestion }) => !isQuestion);
  return [
    // `--print-ld.so` and its like have one answer.
    ...keepAnswers(
      questions,
      ({ argv }) => argv,
      (_, times) => ({
        kind: 'enumerated-twice',
        what: `The capture tool is asked the same question ${times} times; its answer can be kept`,
        caution: null,
      }),
    ),
    ...[...groupBy(captures, ({ settings }) => settings).values()].flatMap(adviseOnOneTool),
  ];
};

/** Calls of one tool with the same trees and options. */
function adviseOnOneTool(calls: readonly CaptureCall[]): readonly AdviceOn[] {
  const distinct = [
    ...groupBy(calls, ({ dest, patterns }) =>
      [dest, ...patterns.map(({ text }) => text)].join('\0'),
    ).values(),
  ];
  const twice = distinct.flatMap(([first, ...again]) =>
    again.map((call): AdviceOn => ({
      kind: 'captured-twice',
      what: `The same patterns are captured into ${call.dest} again`,
      caution: null,
      effect: 'gone',
      saved: [seqOf(call)],
      kept: [seqOf(first)],
    })),
  );
  const byFolder = groupBy(
    distinct.map(([first]) => first),
    folderOf,
  );
  return [...twice, ...[...byFolder].flatMap(([dest, same]) => adviseOnOneFolder(dest, same))];
}

function adviseOnOneFolder(
  dest: string,
  calls: readonly [CaptureCall, ...CaptureCall[]],
): readonly AdviceOn[] {
  const main = calls.reduce((most, call) => (call.patterns.length > most.patterns.length ? call : most));
  const bySoname = calls.filter((call) => call !== main && isOnly(call, 'soname'));
  const riding = main.patterns.length > 1 && !isOnly(main, 'path') ? bySoname : [];
  const joining: AdviceOn = {
    kind: 'soname-in-main-call',
    what: `${plural(riding.length, 'library', 'libraries')} captured into ${dest} by SONAME can be patterns of the call with ${main.patterns.length} patterns into the same folder`,
    caution: null,
    effect: 'merged',
    saved: riding.map(seqOf),
    kept: [seqOf(main)],
  };
  const drivers = calls.filter((call) => !riding.includes(call) && isOnly(call, 'path'));
  return [...(riding.length > 0 ? [joining] : []), ...batches(dest, drivers)];
}

/** Where calls can meet: upstream numbers folders for drivers only to keep equal names apart. */
function folderOf({ dest, patterns }: CaptureCall): string {
  const isDriver = patterns.length === 1 && patterns[0]?.kind === 'path';
  return isDriver ? dest.replace(/(?<=[^/])\/\d+$/u, '') : dest;
}

/** Drivers by path into one folder: one call, unless two of them would make the same link. */
function batches(dest: string, drivers: readonly CaptureCall[]): readonly AdviceOn[] {
  const taken = new Set<string>();
  const together: CaptureCall[] = [];
  const colliding: string[] = [];
  for (const call of drivers) {
    const links = call.patterns.flatMap(({ link }) => (link === null ? [] : [link]));
    const twice = links.find((link) => taken.has(link));
    if (twice === undefined) together.push(call);
    else colliding.push(twice);
    for (const link of links) taken.add(link);
  }
  const [first, ...more] = together;
  if (first === undefined || more.length === 0) return [];
  const isNumbered = drivers.some((call) => call.dest !== dest);
  const twice = [...new Set(colliding)];
  const named = `${twice.slice(0, MOST_NAMED).join(', ')}${twice.length > MOST_NAMED ? ' and others' : ''}`;
  return [
    {
      kind: isNumbered ? 'collision' : 'batch-captures',
      what: isNumbered
        ? `${drivers.length} calls capture drivers into numbered folders below ${dest}, one after the other; one call can do all ${together.length} whose names differ, single-launch all of them`
        : `${together.length} calls capture ${plural(taken.size, 'driver')} into ${dest}, one after the other; one call can do it`,
      caution:
        colliding.length === 0
          ? null
          : `${named} would be a link twice; ${plural(colliding.length, 'call')} into a numbered folder of its own stays. Upstream gives up batching for the whole folder then`,
      effect: 'merged',
      saved: more.map(seqOf),
      kept: [seqOf(first)],
    },
  ];
}

/** Names of links that are listed. */
const MOST_NAMED = 5;

function isOnly({ patterns }: CaptureCall, kind: 'path' | 'soname'): boolean {
  return patterns.length > 0 && patterns.every((pattern) => pattern.kind === kind);
}

function seqOf({ launch }: CaptureCall): number {
  return launch.seq;
}
