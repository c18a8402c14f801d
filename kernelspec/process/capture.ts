/** Runs a command to its end and keeps what it wrote. */

import { execFile } from "node:child_process";

export interface Captured {
  /** Undefined when the command could not be started, or was ended by a signal or the deadline. */
  status: number | undefined;
  stdout: string;
  stderr: string;
}

/** Ends a command that hangs. */
const DEADLINE_MS = 60_000;

/** Never rejects: a command that does not exist is an answer too. @param timeout in ms */
export function capture(command: string, args: readonly string[], timeout = DEADLINE_MS): Promise<Captured> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : error.code;
      resolve({ status: typeof status === "number" ? status : undefined, stdout, stderr });
    });
  });
}
