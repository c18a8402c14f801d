import { Socket } from "node:net";
import { encodeFrame, FrameReader } from "../../kernel/port/frame.js";
import type { FromEngine, ToEngine } from "../../kernel/port/live.js";
import { sentCounter } from "./sent-count.js";

/** The engine thread's own pipe to the front, in both directions. See kernel/port/evaluator.ts for the numbers. */
const ENGINE_FD = 5;

/** Opens the pipe. @returns a function that sends to the front */
export function openFrontPipe(receive: (message: ToEngine) => void): (message: FromEngine) => void {
  const reader = new FrameReader<ToEngine>();
  const pipe = new Socket({ fd: ENGINE_FD, readable: true, writable: true });
  pipe.on("data", (chunk) => {
    for (const frame of reader.push(chunk)) receive(frame.message);
  });
  // The front is gone: the process ends with it, and nobody is left to be told.
  pipe.on("error", () => pipe.destroy());
  pipe.unref();
  const count = sentCounter();
  return (message) => {
    if (!pipe.writable) return;
    const frame = encodeFrame(message);
    count();
    pipe.write(frame);
  };
}
