/** execute_request → execute_reply, and what goes out on iopub for a cell: execute_input, execute_result, error. */

import { type Conversation, errorContent, type WireError } from "./conversation.js";
import { Fields, type JsonObject } from "./fields.js";
import type { Incoming, Outgoing } from "./message.js";

export interface ExecuteRequest {
  code: string;
  /** No output on iopub, not stored, not counted. */
  silent: boolean;
  /** Counted and kept in the history; never when silent. */
  storeHistory: boolean;
  /** Name → expression, evaluated after the cell. */
  userExpressions: Record<string, string>;
  allowStdin: boolean;
  /** Cells that wait when this one fails are answered `aborted`. */
  stopOnError: boolean;
  /** The notebook's own id of the cell, when the front end sends it (`metadata.cellId`). */
  notebookCell: string | undefined;
}

export type ExecuteReply = {
  executionCount: number;
  /** When the cell began to run, ms since 1970. */
  startedMs: number;
} & (
  | { status: "ok"; userExpressions: JsonObject; payload: unknown[] }
  | ({ status: "error" } & WireError)
  | { status: "aborted" }
);

/** Runs a cell. */
export const execute: Conversation<ExecuteRequest, ExecuteReply> = {
  requestType: "execute_request",
  replyType: "execute_reply",
  read: readExecute,
  write: writeReply,
  // JupyterLab shows execution times from it.
  writeMetadata: ({ startedMs }) => ({ started: new Date(startedMs).toISOString() }),
};

function readExecute(message: Incoming): ExecuteRequest {
  const fields = new Fields("execute_request", message.content);
  const silent = fields.flag("silent", false);
  return {
    code: fields.text("code"),
    silent,
    storeHistory: !silent && fields.flag("store_history", true),
    userExpressions: onlyTexts(fields.object("user_expressions", {})),
    allowStdin: fields.flag("allow_stdin", false),
    stopOnError: fields.flag("stop_on_error", true),
    notebookCell: typeof message.metadata.cellId === "string" ? message.metadata.cellId : undefined,
  };
}

function onlyTexts(object: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, String(value)]));
}

function writeReply(reply: ExecuteReply): JsonObject {
  const count = { execution_count: reply.executionCount };
  if (reply.status === "aborted") return { status: "aborted", ...count };
  if (reply.status === "error")
    return { ...errorContent(reply), ...count, user_expressions: {}, payload: [] };
  return { status: "ok", ...count, user_expressions: reply.userExpressions, payload: reply.payload };
}

/** Tells every client what is being run. */
export function executeInput(code: string, executionCount: number): Outgoing {
  return { type: "execute_input", content: { code, execution_count: executionCount } };
}

/** The value of the cell's last expression. */
export function executeResult(executionCount: number, data: JsonObject, metadata: JsonObject): Outgoing {
  return { type: "execute_result", content: { execution_count: executionCount, data, metadata } };
}

/** The exception that ended a cell. */
export function errorOutput({ ename, evalue, traceback }: WireError): Outgoing {
  return { type: "error", content: { ename, evalue, traceback } };
}
