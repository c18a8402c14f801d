import type { PortableFunction } from "../closure/portable-function.js";
import type { SourceSpec } from "../operators/input.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { StreamError } from "../stream-error.js";
import type { Clock } from "../time/clock.js";
import { fileListing } from "./file-listing.js";
import { FileStreamSource, isVisible } from "./file-stream.js";
import { HttpPollSource } from "./http-poll.js";
import { KafkaSource } from "./kafka/kafka-source.js";
import { OwnSourceAdapter, type OwnSourceOptions } from "./own-source.js";
import { type QueueItem, QueueSource } from "./queue.js";
import type { QueueLog } from "./queue-log.js";
import { RateSource } from "./rate.js";
import { RawSocketSource } from "./raw-socket.js";
import { type Inbox, type ReceivedLog, ReceiverSource } from "./receiver-source.js";
import { ReplaySource } from "./replay.js";
import { SocketTextSource } from "./socket-text.js";
import type { Source } from "./source.js";
import { SseSource } from "./sse.js";
import { WebSocketSource } from "./web-socket.js";

/** What a source has of the engine it lives in. */
export interface Surroundings {
  /** Of the context. */
  clock: Clock;
  /** Real time: the network keeps it, whatever the context's clock does. */
  wall: Clock;
  batchMs: number;
  /** Tasks that run at a time. */
  tasks: number;
  /** Functions of the program that the source calls. */
  functions: readonly ((...args: unknown[]) => unknown)[];
  /** The same as they travel, for the tasks. */
  portable: readonly PortableFunction[];
  /** Takes each problem of a connection. */
  told(problem: string): void;
  /** Tells people something. */
  warn(text: string): void;
  /** Has `add` called with what tasks count under a name, such as the records that they left out. */
  counted(counter: string, add: (count: number) => void): void;
  /** Of a queue stream. */
  queue(): QueueItem[];
  /** The RDD of a batch for which a queue has nothing. */
  otherwise(rdd: string): RddNode | undefined;
  /** Several RDDs of a queue as one. */
  join(rdds: readonly RddNode[]): RddNode;
  /** Where a queue's items are kept for a later process; undefined without a checkpoint. */
  queueLog(): QueueLog | undefined;
  /** Of a receiver. */
  inbox(): Inbox;
  /** Where the records of a receiver are kept for a later process; undefined without a checkpoint. */
  receiverLog(): ReceivedLog | undefined;
  /** Told of records that were kept for later and cannot be read. Throws where no batch is to be run without them. */
  lost(error: StreamError): void;
}

/** How a source of each kind is made. */
const SOURCES: {
  [K in SourceSpec["kind"]]: (spec: Extract<SourceSpec, { kind: K }>, around: Surroundings) => Source;
} = {
  socketText: (spec, around) => new SocketTextSource({ ...spec, ...network(around) }),
  rawSocket: (spec, around) => new RawSocketSource({ ...spec, ...network(around) }),
  sse: (spec, around) => new SseSource({ ...spec, ...network(around) }),
  webSocket: (spec, around) => new WebSocketSource({ ...spec, ...network(around) }),
  httpPoll: (spec, around) => new HttpPollSource({ ...spec, ...network(around) }),
  queue: ({ oneAtATime, otherwise }, around) =>
    new QueueSource({
      queue: around.queue(),
      oneAtATime,
      otherwise: () => around.otherwise(otherwise),
      join: around.join,
      log: around.queueLog(),
      lost: around.lost,
    }),
  receiver: ({ what }, { inbox, tasks, receiverLog, lost }) =>
    new ReceiverSource(what, inbox(), tasks, receiverLog(), lost),
  rate: (spec, { batchMs, tasks }) => new RateSource({ ...spec, batchMs, tasks }),
  replay: (spec, { batchMs, tasks }) => new ReplaySource({ ...spec, batchMs, tasks }),
  kafka: (spec, around) => new KafkaSource({ ...spec, ...around, clock: around.wall }),
  own: (spec, { functions: [open], portable: [, read], ...around }) => {
    if (open === undefined || read === undefined) throw new Error("a source of one's own has two functions");
    const told = (problem: string) => {
      around.told(problem);
      around.warn(`${spec.what}: ${problem}`);
    };
    return new OwnSourceAdapter({ ...spec, ...around, told, read, open: open as OwnSourceOptions["open"] });
  },
  files: (
    spec,
    { batchMs, tasks, clock, wall, warn, functions: [accepts = (path) => isVisible(String(path))] },
  ) => {
    const listing = fileListing(spec.path, wall, batchMs);
    return new FileStreamSource({ ...spec, listing, batchMs, tasks, accepts, warn, now: () => clock.now() });
  },
};

/** A source of this kind. Receives nothing before it is opened. */
export function newSource(spec: SourceSpec, around: Surroundings): Source {
  return SOURCES[spec.kind](spec as never, around);
}

function network({
  wall,
  tasks,
  told,
  warn,
}: Surroundings): Pick<Surroundings, "tasks" | "told" | "warn"> & { clock: Clock } {
  return { clock: wall, tasks, told, warn };
}
