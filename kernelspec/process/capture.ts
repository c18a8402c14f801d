/** Runs a command to its end and keeps what it wrote. */

import { execFile } from "node:child_process";

export interface Captured {
  /** Undefined when the command could not be started, or was ended by a signal or the deadline. */
  status: number | undefined;
  stdout: string;
  stderr: string;
}

export interface CaptureOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Ends the command after this time; default 60 s. */
  timeoutMs?: number;
}

/** Never rejects: a command that does not exist is an answer too. */
export function capture(
  command: string,
  args: readonly string[],
  options: CaptureOptions = {},
): Promise<Captured> {
  const { timeoutMs = 60_000, ...rest } = options;
  return new Promise((resolve) => {
    execFile(command, args, { ...rest, timeout: timeoutMs, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : error.code;
      resolve({ status: typeof status === "number" ? status : undefined, stdout, stderr });
    });
  });
}
