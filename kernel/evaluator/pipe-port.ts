/** Messages to the front over the pipes of the evaluator process. */

import { rawMark } from "../port/evaluator.js";
import { encodeFrame } from "../port/frame.js";
import { writeFully } from "./blocking-write.js";
import type { OutputPort } from "./output.js";

/** @param rawFds where native code and child processes write: stdout and stderr */
export function createPipePort(fd: number, rawFds: readonly number[]): OutputPort {
  return {
    send: (message, buffers) => writeFully(fd, encodeFrame(message, buffers)),
    mark: (mark) => {
      for (const raw of rawFds) writeFully(raw, Buffer.from(rawMark(mark)));
    },
  };
}
