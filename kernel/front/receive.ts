/** Reading a socket until it is closed. */

import { type Log, messageOf } from "./log.js";

/** Calls `take` for each multipart message, the next one when it is done; what it throws is logged and stops nothing. */
export async function receiveEach(
  socket: AsyncIterable<Buffer[]>,
  log: Log,
  take: (parts: Buffer[]) => void | Promise<void>,
): Promise<void> {
  for await (const parts of socket) {
    try {
      await take(parts);
    } catch (error) {
      log("error", `a message could not be handled: ${messageOf(error)}`);
    }
  }
}
