/** What a task and the thread that runs its child process say to each other. */

export interface PipeCommand {
  command: string;
  args: string[];
  /** All of the process's environment. */
  env: Record<string, string | undefined>;
  cwd: string;
}

export type ToSubprocess =
  | { type: "start"; command: PipeCommand }
  | { type: "stdin"; bytes: Uint8Array }
  | { type: "end" }
  /** A chunk of its output was used: another may follow. */
  | { type: "taken" }
  | { type: "kill" };

export type FromSubprocess =
  /** A chunk of its input has left: another may follow. */
  | { type: "written" }
  | { type: "stdout"; bytes: Uint8Array }
  | { type: "stderr"; text: string }
  /** It is over, and all of its output was sent. `error`: it could not be started. */
  | { type: "exit"; status: number | string; error?: string };

/** Chunks that are on their way in one direction at most. */
export const CHUNKS_ON_THE_WAY = 4;
