/** Messages to the front over the pipes of the evaluator process. */

import { rawMark } from "../port/evaluator.js";
import { encodeFrame } from "../port/frame.js";
import { writeFully } from "./blocking-write.js";
import type { OutputPort } from "./output.js";

/** @param rawFds where native code and child processes write: stdout and stderr */
export function createPipePort(fd: number, rawFds: readonly number[]): OutputPort {
  let held: Uint8Array[] = [];
  return {
    send: (message, buffers) => {
      const frames = [...held, encodeFrame(message, buffers)];
      held = [];
      writeFully(fd, Buffer.concat(frames));
    },
    hold: (message) => void held.push(encodeFrame(message)),
    mark: (mark) => {
      for (const raw of rawFds) writeFully(raw, Buffer.from(rawMark(mark)));
    },
  };
}
