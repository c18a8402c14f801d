/** Finds a port for a program that cannot choose one itself. */

import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ports that systems give to whoever connects: one of those may be another's before the program listens, or while it is started
 * anew, and who connects to it where nothing listens may even meet himself.
 */
const [FIRST, LAST] = [20_000, 32_000];
const TRIES = 1_000;

/** A loopback TCP port that was free a moment ago. @throws Error when there is none */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
  throw new Error(`of the ports from ${FIRST} to ${LAST} of this machine none is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
