/**
 * What the front and the evaluator say to each other.
 *
 * Six pipes join the two processes, so that none can delay another:
 *
 *   fd 1, 2   raw stdout and stderr of native code and child processes, read by the front
 *   fd 3      front → evaluator   {@link ToEvaluator}, read on the evaluator's main thread
 *   fd 4      evaluator → front   {@link FromEvaluator}, written synchronously: a full pipe slows the cell, it loses nothing
 *   fd 5      front ⇄ engine      owned by the extension's own thread: see port/live.ts
 *   fd 6      front → evaluator   one byte per interrupt, read by the control thread
 *
 * Names are camelCase: snake_case stays in kernel/wire/.
 */

import type { FrontAnswers, FrontCall } from "./front-calls.js";
import type { MagicSummary, TypeCheckMode } from "./language.js";

/** Names one execution: the msg_id of its execute_request. Output sent later finds its cell by it. */
export type CellId = string;

/** A MIME bundle: mimetype → value (text, or JSON for `+json` types). */
export type MimeBundle = Record<string, unknown>;

export interface CellRequest {
  cell: CellId;
  /** `In[n]`. */
  executionCount: number;
  code: string;
  /** The notebook's own id of the cell when the front end sends one: a cell run again keeps it. */
  notebookCell?: string;
  silent: boolean;
  allowStdin: boolean;
  userExpressions: Record<string, string>;
}

/** A message of a comm, in either direction. Its buffers travel beside it in the frame. */
interface CommTraffic {
  type: "comm";
  event: "open" | "msg" | "close";
  comm: string;
  target?: string;
  data: unknown;
  metadata?: unknown;
}

export type ToEvaluator =
  /** First message: where the notebook is. */
  | { type: "init"; cwd: string }
  | ({ type: "run" } & CellRequest)
  /** The main thread reads this once it is free: it ends the running cell, if any, and answers `interrupted`. */
  | { type: "interrupt" }
  /** Asks what a variable holds, for somebody who looks at it while no cell runs. Answered by `preview`. */
  | { type: "preview"; request: number; name: string }
  | { type: "inputReply"; request: number; value: string }
  /** To an `ask`: the answer to that kind of question. */
  | { type: "answer"; request: number; answer: FrontAnswers[FrontCall["kind"]] }
  /** The question could not be answered: an error of the magic that asked. */
  | { type: "answerRefused"; request: number; reason: string }
  | { type: "inputRefused"; request: number; reason: string }
  /** `request`: the client's message; what its handler prints, shows or sends has it as its `cell`; `commHandled` ends it. */
  | (CommTraffic & { request?: CellId })
  /** Ends the process after closing what the extension holds. */
  | { type: "shutdown" };

export interface CellError {
  ename: string;
  evalue: string;
  /** Lines for a terminal, ANSI colours allowed, already source-mapped. */
  traceback: string[];
}

/** One entry of an execute_reply's user_expressions. */
export type ExpressionResult =
  | { status: "ok"; data: MimeBundle; metadata: Record<string, unknown> }
  | ({ status: "error" } & CellError);

export type CellOutcome =
  | { status: "ok"; userExpressions: Record<string, ExpressionResult>; payload: unknown[] }
  | ({ status: "error" } & CellError);

export interface DisplayMessage {
  data: MimeBundle;
  metadata: Record<string, unknown>;
  /** Set: later `update`s with the same id replace this display. */
  displayId?: string;
}

/** Output of one cell; `cell` may have ended long ago. */
export type CellOutput =
  | { type: "stream"; cell: CellId; name: "stdout" | "stderr"; text: string }
  | ({ type: "display"; cell: CellId } & DisplayMessage)
  | ({ type: "updateDisplay"; cell: CellId } & DisplayMessage)
  /** `textOnly`: nothing is removed when the cell has shown anything but text, which would go with it. */
  | { type: "clear"; cell: CellId; wait: boolean; textOnly?: boolean };

export type FromEvaluator =
  /** Sent once: cells may be sent, and wait in the pipe until it has loaded. */
  | { type: "ready" }
  /** Sent once: it has loaded, and reads what was sent. */
  | { type: "listening" }
  | CellOutput
  | {
      type: "result";
      cell: CellId;
      executionCount: number;
      data: MimeBundle;
      metadata: Record<string, unknown>;
    }
  /**
   * The cell is over. All its messages on fd 4 came before; `mark` was written to fd 1 and 2 as {@link rawMark} after
   * its last raw output, and `engineSent` messages were sent on fd 5 since the process began, so idle waits for all of them.
   */
  | {
      type: "done";
      cell: CellId;
      mark: number;
      engineSent: number;
      outcome: CellOutcome;
      compiled: boolean;
    }
  /** Child processes have written to fd 1 and 2, and then {@link rawMark} was: what follows here comes after that. */
  | { type: "rawWritten"; mark: number }
  | { type: "interrupted" }
  /** The cell sets how cells after it are type-checked; without a mode it asks. The front answers in the cell's output. */
  | { type: "typeCheck"; cell: CellId; mode?: TypeCheckMode }
  /** A magic asks what only the front knows. Answered by `answer` or `answerRefused`, at once. */
  | { type: "ask"; request: number; question: FrontCall }
  /** Magics were loaded into the notebook: all there are besides those of the kernel. */
  | { type: "magics"; magics: MagicSummary[] }
  /** A magic of the running cell has run this code, or what is as good: what it declares is known when the cell is over. */
  | { type: "ran"; code: string }
  /** The variables of all cells were taken away. */
  | { type: "forgotten" }
  /** The answer to a `preview`: a short text, undefined when the variable has no value that says more than its type. */
  | { type: "preview"; request: number; text?: string }
  | { type: "input"; cell: CellId; request: number; prompt: string; password: boolean }
  /** `cell`: the one that caused it, for the message's parent. */
  | (CommTraffic & { cell?: CellId })
  /** The handlers of a client's comm message have run (or there were none): all they sent came before. */
  | { type: "commHandled"; request: CellId }
  /** An error outside any cell that has no better place (late timer of an unknown cell, extension failure). */
  | { type: "log"; level: "warn" | "error"; text: string };

/** The bytes that end cell number `mark` on a raw stream. NUL and record separators do not occur in honest text. */
export function rawMark(mark: number): string {
  return `\u0000\u001emillrace-end ${mark}\u001e\u0000`;
}
