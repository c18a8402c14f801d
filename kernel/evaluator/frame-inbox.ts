/** The messages of the front, one at a time, each in a turn of the event loop of its own. */

import { Socket } from "node:net";
import { setImmediate } from "node:timers"; // cells may replace the global one, with fake timers for one
import { type Frame, FrameReader } from "../port/frame.js";

export interface InboxOptions<M> {
  fd: number;
  receive(message: M, buffers: Uint8Array[]): void;
  /** The other end closed the pipe. */
  ended(): void;
}

/**
 * Code of a cell may be terminated at any point, with all of the stack below it. So no frame is handled below the
 * pipe's own code, the next turn is asked for before a frame is handled, each arrival asks again, and a frame leaves
 * the queue only when it was handled. `receive` runs no code of cells itself, so handling one twice is rare and harmless.
 */
export function openInbox<M>({ fd, receive, ended }: InboxOptions<M>): void {
  const reader = new FrameReader<M>();
  const waiting: Frame<M>[] = [];
  const handleNext = (): void => {
    const frame = waiting[0];
    if (frame === undefined) return;
    if (waiting.length > 1) setImmediate(handleNext);
    receive(frame.message, frame.buffers);
    waiting.shift();
  };
  const pipe = new Socket({ fd, readable: true, writable: false });
  pipe.on("data", (bytes) => {
    waiting.push(...reader.push(bytes));
    if (waiting.length > 0) setImmediate(handleNext);
  });
  pipe.on("close", ended);
}
