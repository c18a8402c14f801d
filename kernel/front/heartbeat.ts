/** The heartbeat channel: every ping comes back as it is. */

import type { Router } from "zeromq";
import type { Log } from "./log.js";
import { receiveEach } from "./receive.js";
import { SendQueue } from "./send-queue.js";

/** Echoes until the socket is closed. User code runs in another process, so the beat never pauses for it. */
export function beat(socket: Router, log: Log): void {
  const queue = new SendQueue(socket, log);
  void receiveEach(socket, log, (parts) => void queue.send(() => parts));
}
