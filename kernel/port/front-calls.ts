/** What the evaluator asks the front while a cell runs: the front alone knows it. */

/** Which inputs are asked for. Session numbers: 1, 2, … absolute; 0 this one; −1 the one before. */
export type HistoryAccess =
  /** The last `n` of all sessions. */
  | { type: "tail"; n: number }
  /** Cells `start` ≤ number < `stop` of a session; without `stop`, to its end. */
  | { type: "range"; session: number; start: number; stop: number | undefined }
  /** The last `n` inputs of all sessions that match the glob `pattern` (all without `n`); `unique`: equal ones once. */
  | { type: "search"; pattern: string; n: number | undefined; unique: boolean };

export interface HistoryEntry {
  session: number;
  /** `In[line]`. */
  line: number;
  input: string;
  /** Plain text of the cell's result, undefined when it had none. */
  output: string | undefined;
}

/** How to connect to the kernel, without the key that signs messages. */
export interface ConnectionFacts {
  transport: "tcp" | "ipc";
  ip: string;
  ports: Record<"shell" | "iopub" | "stdin" | "control" | "hb", number>;
  /** Path of the connection file, undefined when the kernel was not started by one. */
  file: string | undefined;
}

export type FrontCall = { kind: "history"; access: HistoryAccess } | { kind: "connection" };

/** The answer to each kind of question. */
export interface FrontAnswers {
  history: HistoryEntry[];
  connection: ConnectionFacts;
}
