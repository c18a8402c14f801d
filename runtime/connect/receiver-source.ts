import { parallelizeNode } from "../operators/parallelize.js";
import { type BufferLimits, RecordBuffer } from "./record-buffer.js";
import type { Received, Source, SourceStatus } from "./source.js";

/** What a receiver of the program has sent to the engine: it is there before a run begins, and after one has ended. */
export class Inbox {
  readonly buffer: RecordBuffer;
  /** How the receiver is, as it says. */
  state: Pick<SourceStatus, "state" | "reason"> = { state: "waiting", reason: "not started" };

  constructor(limits?: BufferLimits) {
    this.buffer = new RecordBuffer(limits);
  }
}

/** A stream whose records a receiver in the program stores. */
export class ReceiverSource implements Source {
  constructor(
    private readonly what: string,
    private readonly inbox: Inbox,
    private readonly tasks: number,
  ) {}

  open(): void {
    // The program starts the receiver.
  }

  take(_timeMs: number, limit: number): Received {
    const records = this.inbox.buffer.take(limit);
    return { rdd: parallelizeNode(records, this.tasks), records: records.length };
  }

  status(): SourceStatus {
    const { received: records, pending } = this.inbox.buffer;
    return { what: this.what, ...this.inbox.state, records, refused: 0, pending };
  }

  close(): void {
    this.inbox.state = { state: "stopped", reason: "" };
  }
}
