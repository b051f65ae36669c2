import { PbfReader } from 'pbf';
import { describe, expect, it } from 'vitest';
import { renderFolded } from '../../src/reporters/folded.ts';
import { renderPerfetto } from '../../src/reporters/perfetto.ts';
import { renderTraceLines } from '../../src/reporters/trace-lines.ts';
import { processesIn } from '../../src/results/trace.ts';
import { HOSTILE_TEXT } from '../builders/some-results.ts';
import { aTrace, aTraceDocument, aTraceLaunch } from '../builders/some-traces.ts';

/** make starts a shell, which launches git twice and becomes cc. */
const document = aTraceDocument();

/** A message as it lies in the file: what each field holds, by number. Nested messages stay bytes. */
type Fields = Readonly<Record<number, readonly (number | Uint8Array)[]>>;

function fieldsOf(bytes: Uint8Array): Fields {
  const fields: Record<number, (number | Uint8Array)[]> = {};
  new PbfReader(bytes).readFields((tag, found, pbf) => {
    (found[tag] ??= []).push(pbf.type === 2 ? Uint8Array.from(pbf.readBytes()) : pbf.readVarint());
  }, fields);
  return fields;
}

function message(fields: Fields, tag: number): Fields | null {
  const [bytes] = fields[tag] ?? [];
  return bytes instanceof Uint8Array ? fieldsOf(bytes) : null;
}

function text(fields: Fields, tag: number): string {
  const [bytes] = fields[tag] ?? [];
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : '';
}

async function packetsOf(of = document): Promise<readonly Fields[]> {
  const { 1: packets = [] } = fieldsOf(await renderPerfetto(of));
  return packets.flatMap((packet) => (packet instanceof Uint8Array ? [fieldsOf(packet)] : []));
}

describe('the processes of a trace', () => {
  it('hold the programs that replaced each other', () => {
    expect(
      processesIn(document.trace).map(({ track, parentTrack, launches }) => ({
        track,
        parentTrack,
        programs: launches.map(({ argv }) => argv[0]),
      })),
    ).toEqual([
      { track: 1, parentTrack: null, programs: ['make'] },
      { track: 2, parentTrack: 1, programs: ['sh', 'cc'] },
      { track: 3, parentTrack: 2, programs: ['git'] },
      { track: 4, parentTrack: 2, programs: ['git'] },
    ]);
  });

  it('are told apart where a number is used again', () => {
    const [make = aTraceLaunch()] = document.trace.tree;
    const twice = [1, 2].map((seq) => ({ ...make, seq, startedBy: 0, pid: 7 }));
    expect(processesIn({ tree: [make, ...twice] })).toHaveLength(3);
  });
});

describe('a trace for Perfetto, read back', () => {
  it('has a track for each process, below that of its parent', async () => {
    const tracks = (await packetsOf()).flatMap((packet): readonly Fields[] => {
      const track = message(packet, 60);
      return track === null ? [] : [track];
    });
    expect(tracks.map((track) => [track[1]?.[0], text(track, 2), track[5]?.[0]])).toEqual([
      [1, 'make (100)', undefined],
      [2, 'sh (101)', 1],
      [3, 'git (102)', 2],
      [4, 'git (103)', 2],
    ]);
  });

  it('has a slice for each program, with what was executed', async () => {
    const events = (await packetsOf()).flatMap((packet) => {
      const event = message(packet, 11);
      return event === null
        ? []
        : [{ at: packet[8]?.[0], type: event[9]?.[0], track: event[11]?.[0], event }];
    });
    const ofShell = events.filter(({ track }) => track === 2);
    expect(ofShell.map(({ at, type, event }) => [at, type, text(event, 23)])).toEqual([
      [10_000_000, 1, 'sh'],
      [40_000_000, 2, ''],
      [40_000_000, 1, 'cc'],
      [220_000_000, 2, ''],
    ]);
    const notes = (ofShell[2]?.event[4] ?? []).map((note) =>
      note instanceof Uint8Array ? [text(fieldsOf(note), 10), text(fieldsOf(note), 6)] : [],
    );
    expect(notes).toEqual([
      ['executable', '/usr/bin/cc'],
      ['command', 'cc -c main.c'],
      ['folder', '/home/user/project'],
      ['status', '0'],
    ]);
  });

  it('belongs to one sequence, as events without one are dropped', async () => {
    expect((await packetsOf()).every((packet) => packet[10]?.[0] === 1)).toBe(true);
  });

  it('has no control character of a hostile name', async () => {
    const hostile = aTrace([aTraceLaunch({ executable: `/${HOSTILE_TEXT}`, argv: [HOSTILE_TEXT] })]);
    const bytes = Buffer.from(await renderPerfetto(aTraceDocument(hostile)));
    expect(bytes.includes('\u001b[31m')).toBe(false);
  });
});

describe('folded stacks', () => {
  it('say how long each program ran while none of its children did', () => {
    expect(renderFolded(document)).toBe(
      [
        'make 40000', // 250 ms without the shell's 30 and the compiler's 180
        'make;sh 22000',
        'make;sh;git 8000',
        'make;sh;cc 180000',
        '',
      ].join('\n'),
    );
  });

  it('stay one line a stack, whatever the programs are called', () => {
    const odd = aTraceLaunch({ executable: '/a;b\nc d' });
    expect(renderFolded(aTraceDocument(aTrace([odd])))).toBe('a,b\\nc d 250000\n');
  });
});

describe('lines of a trace', () => {
  it('are the record, piece by piece', () => {
    const [head, ...tree] = renderTraceLines(document)
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect({ ...(head as object), tree }).toEqual(document.trace);
  });
});
