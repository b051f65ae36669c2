import { formatCommandLine } from '../shell-words.ts';
import { nameIn, processesIn, type TraceLaunch } from '../results/trace.ts';
import type { TraceDocument } from './document.ts';
import { escapeInvisible } from './escape.ts';
import type { PbfWriter } from 'pbf';

/**
 * A trace for ui.perfetto.dev: a track for each process, below that of the process that created it, and on it a slice for
 * each program that it executed. Source of the numbers: perfetto/protos/perfetto/trace (trace_packet.proto,
 * track_descriptor.proto, track_event.proto, debug_annotation.proto).
 */
export async function renderPerfetto({ trace }: TraceDocument): Promise<Uint8Array> {
  const { PbfWriter } = await import('pbf');
  const writer = new PbfWriter();
  const packet = (write: (inside: PbfWriter) => void): void => {
    writer.writeMessage(
      TRACE.packet,
      (_, inside) => {
        inside.writeVarintField(PACKET.trusted_packet_sequence_id, 1);
        write(inside);
      },
      null,
    );
  };
  for (const { track, parentTrack, launches } of processesIn(trace)) {
    const [first] = launches;
    packet((inside) => {
      inside.writeMessage(PACKET.track_descriptor, writeTrack, {
        track,
        parentTrack,
        name: `${nameIn(first)}${first.pid === null ? '' : ` (${first.pid})`}`,
      });
    });
    for (const launch of launches) {
      const startUs = launch.startUs ?? 0;
      const end = startUs + (launch.durationUs ?? 0);
      packet((inside) => {
        inside.writeVarintField(PACKET.timestamp, startUs * 1000);
        inside.writeMessage(PACKET.track_event, writeBegin, { track, launch });
      });
      packet((inside) => {
        inside.writeVarintField(PACKET.timestamp, end * 1000);
        inside.writeMessage(PACKET.track_event, writeEnd, { track });
      });
    }
  }
  return writer.finish();
}

const TRACE = { packet: 1 } as const;
const PACKET = {
  timestamp: 8,
  trusted_packet_sequence_id: 10,
  track_event: 11,
  track_descriptor: 60,
} as const;
const DESCRIPTOR = { uuid: 1, name: 2, parent_uuid: 5 } as const;
const EVENT = { debug_annotations: 4, type: 9, track_uuid: 11, categories: 22, name: 23 } as const;
const EVENT_TYPE = { SLICE_BEGIN: 1, SLICE_END: 2 } as const;
const ANNOTATION = { string_value: 6, name: 10 } as const;

function writeTrack(
  {
    track,
    parentTrack,
    name,
  }: { readonly track: number; readonly parentTrack: number | null; readonly name: string },
  writer: PbfWriter,
): void {
  writer.writeVarintField(DESCRIPTOR.uuid, track);
  writer.writeStringField(DESCRIPTOR.name, escapeInvisible(name));
  if (parentTrack !== null) writer.writeVarintField(DESCRIPTOR.parent_uuid, parentTrack);
}

function writeBegin(
  { track, launch }: { readonly track: number; readonly launch: TraceLaunch },
  writer: PbfWriter,
): void {
  writer.writeVarintField(EVENT.type, EVENT_TYPE.SLICE_BEGIN);
  writer.writeVarintField(EVENT.track_uuid, track);
  writer.writeStringField(EVENT.categories, 'launch');
  writer.writeStringField(EVENT.name, escapeInvisible(nameIn(launch)));
  for (const [name, value] of annotationsOf(launch)) {
    writer.writeMessage(EVENT.debug_annotations, writeAnnotation, { name, value });
  }
}

function writeEnd({ track }: { readonly track: number }, writer: PbfWriter): void {
  writer.writeVarintField(EVENT.type, EVENT_TYPE.SLICE_END);
  writer.writeVarintField(EVENT.track_uuid, track);
}

function writeAnnotation(
  { name, value }: { readonly name: string; readonly value: string },
  writer: PbfWriter,
): void {
  writer.writeStringField(ANNOTATION.name, name);
  writer.writeStringField(ANNOTATION.string_value, escapeInvisible(value));
}

function annotationsOf(launch: TraceLaunch): readonly (readonly [name: string, value: string])[] {
  const { executable, argv, cwd, end } = launch;
  return [
    ['executable', executable],
    ['command', formatCommandLine(argv)],
    ...(cwd === null ? [] : [['folder', cwd] as const]),
    ...(end?.kind === 'exited' ? [['status', String(end.status)] as const] : []),
    ...(end?.kind === 'signalled' ? [['signal', end.signal] as const] : []),
  ];
}
