/** How many messages the engine threads of this process have sent to the front: the end of a cell waits for those that came before it. */

import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";

/** What threads that are started later are given. */
const KEY = "millrace messages to the front";

/** Begins to count, for engine threads that are started from now on. On the cell thread. @returns how many there were so far */
export function countSent(): () => number {
  const count = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  setEnvironmentData(KEY, count);
  return () => Atomics.load(count, 0);
}

/** In an engine thread. @returns to be called before a message is written: what is counted is on its way */
export function sentCounter(): () => void {
  const count = getEnvironmentData(KEY);
  return () => {
    if (count instanceof Int32Array) Atomics.add(count, 0, 1);
  };
}
