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
    writeMessage(writer, TRACE.packet, (inside) => {
      inside.writeVarintField(PACKET.trusted_packet_sequence_id, 1);
      write(inside);
    });
  };
  for (const { track, parentTrack, launches } of processesIn(trace)) {
    const [first] = launches;
    packet((inside) => {
      writeMessage(inside, PACKET.track_descriptor, (descriptor) => {
        const pid = first.pid === null ? '' : ` (${first.pid})`;
        descriptor.writeVarintField(DESCRIPTOR.uuid, track);
        descriptor.writeStringField(DESCRIPTOR.name, escapeInvisible(`${nameIn(first)}${pid}`));
        if (parentTrack !== null) descriptor.writeVarintField(DESCRIPTOR.parent_uuid, parentTrack);
      });
    });
    for (const launch of launches) {
      const startUs = launch.startUs ?? 0;
      packet((inside) => {
        writeEvent(inside, { type: EVENT_TYPE.SLICE_BEGIN, us: startUs, track }, (event) => {
          writeLaunch(event, launch);
        });
      });
      packet((inside) => {
        const us = startUs + (launch.durationUs ?? 0);
        writeEvent(inside, { type: EVENT_TYPE.SLICE_END, us, track });
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

function writeMessage(writer: PbfWriter, tag: number, write: (inside: PbfWriter) => void): void {
  writer.writeMessage(
    tag,
    (_, inside) => {
      write(inside);
    },
    null,
  );
}

function writeEvent(
  packet: PbfWriter,
  { type, us, track }: { readonly type: number; readonly us: number; readonly track: number },
  write: (event: PbfWriter) => void = () => undefined,
): void {
  packet.writeVarintField(PACKET.timestamp, us * 1000);
  writeMessage(packet, PACKET.track_event, (event) => {
    event.writeVarintField(EVENT.type, type);
    event.writeVarintField(EVENT.track_uuid, track);
    write(event);
  });
}

function writeLaunch(event: PbfWriter, launch: TraceLaunch): void {
  const { executable, argv, cwd, end } = launch;
  event.writeStringField(EVENT.categories, 'launch');
  event.writeStringField(EVENT.name, escapeInvisible(nameIn(launch)));
  const annotations = {
    executable,
    command: formatCommandLine(argv),
    ...(cwd === null ? {} : { folder: cwd }),
    ...(end?.kind === 'exited' ? { status: String(end.status) } : {}),
    ...(end?.kind === 'signalled' ? { signal: end.signal } : {}),
  };
  for (const [name, value] of Object.entries(annotations)) {
    writeMessage(event, EVENT.debug_annotations, (annotation) => {
      annotation.writeStringField(ANNOTATION.name, name);
      annotation.writeStringField(ANNOTATION.string_value, escapeInvisible(value));
    });
  }
}
