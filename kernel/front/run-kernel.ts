/** A kernel as a program: its one argument, its signals and its exit status. */

import { startFront } from "./front.js";
import type { FrontOptions } from "./kernel-parts.js";
import { messageOf, stderrLog } from "./log.js";
import { watchParent } from "./parent-watch.js";

const USAGE =
  "usage: node <this file> CONNECTION_FILE (the JSON file a Jupyter client writes; `jupyter console` does it)";

/**
 * Runs a kernel until it is shut down and ends the process: status 0 after a shutdown, 1 when it cannot start, 2 for
 * wrong arguments; the reason is one line on stderr. SIGINT interrupts, SIGTERM and the end of the parent shut down.
 */
export async function runKernel(options: (connectionFile: string) => FrontOptions): Promise<void> {
  const [connectionFile, ...more] = process.argv.slice(2);
  if (connectionFile === undefined || more.length > 0) return quit(2, USAGE);
  try {
    const front = await startFront({ connectionFile, ...options(connectionFile) });
    // Its terminal was closed: nobody is left to be told, and what is said of that would fail in turn, without end.
    process.stderr.on("error", () => undefined);
    // A fault of one request must not take the notebook's variables with it.
    process.on("uncaughtException", (error) =>
      stderrLog("error", `fault of the front: ${error.stack ?? error}`),
    );
    process.on("SIGINT", () => front.interrupt());
    for (const signal of ["SIGTERM", "SIGHUP"]) process.once(signal, () => void front.stop());
    watchParent(process.env, () => void front.stop());
    await front.stopped;
    process.exit(0);
  } catch (error) {
    quit(1, messageOf(error));
  }
}

function quit(status: number, reason: string): void {
  process.stderr.write(`millrace: ${reason}\n`);
  process.exitCode = status;
}
