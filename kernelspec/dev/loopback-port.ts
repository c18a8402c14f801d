/** Whether a server can have the port that it is to have. */

import { once } from "node:events";
import { createServer } from "node:net";

/** @throws Error with one sentence when a port of 127.0.0.1 is taken or not allowed */
export async function checkFree(port: number): Promise<void> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error(
      `port ${port} of this machine cannot be used (${(error as NodeJS.ErrnoException).code}): give another one, or 0 for a free one`,
    );
  }
  server.close();
  await once(server, "close");
}
