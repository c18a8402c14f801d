import { plainError } from "../pool/plain-error.js";
import { TaskFailed } from "../pool/worker-pool.js";
import { StreamError } from "../stream-error.js";
import type { Fault } from "./batch-info.js";

/** An error as plain data, to cross a thread with its code and causes. */
export interface ErrorData {
  name: string;
  code: string;
  message: string;
  stack: string;
  cause?: ErrorData;
}

/** What went wrong in a task, as a sentence with the operator and the record; the user's own error is the cause. */
export function explain(error: unknown): Error {
  if (!(error instanceof TaskFailed))
    return error instanceof Error ? error : new Error(plainError(error).message);
  const { thrown, operator, record, code } = error.failure;
  if (code !== "") return new StreamError(code, thrown.message);
  const cause = Object.assign(new Error(thrown.message), { name: thrown.name, stack: thrown.stack });
  const where = operator === "" ? "a task failed" : `the function of \`${operator}\` failed`;
  const on = record === "" ? "" : ` on the record ${record}`;
  return new StreamError("RT_TASK_FAILED", `${where}${on}: ${thrown.name}: ${thrown.message}`, { cause });
}

/** The function that failed and its record; undefined where no function of the program did. */
export function faultOf(error: unknown): Fault | undefined {
  if (!(error instanceof TaskFailed) || error.failure.code !== "") return undefined;
  const { operator, record, thrown } = error.failure;
  return { operator, record, error: `${thrown.name}: ${thrown.message}`, stack: thrown.stack };
}

/** @param causes how many of the causes of causes are told: they may be a circle */
export function toErrorData(error: unknown, causes = MOST_CAUSES): ErrorData {
  const explained = explain(error);
  const code = explained instanceof StreamError ? explained.code : "";
  const data = { ...plainError(explained), code };
  const cause = causes > 0 ? causeOf(explained) : undefined;
  return cause === undefined ? data : { ...data, cause: toErrorData(cause, causes - 1) };
}

const MOST_CAUSES = 10;

function causeOf(error: Error): unknown {
  try {
    return error.cause;
  } catch {
    return undefined; // it cannot be read, and is told without
  }
}

/** @param relocate makes stacks taken in workers point at the user's files */
export function fromErrorData(data: ErrorData, relocate: (stack: string) => string): Error {
  const options = data.cause === undefined ? {} : { cause: fromErrorData(data.cause, relocate) };
  const error = newError(data, options);
  Object.defineProperty(error, "stack", { value: relocate(data.stack), configurable: true, writable: true });
  return error;
}

const NATIVE: ReadonlyMap<string, ErrorConstructor> = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((type) => [type.name, type]),
);

/** An error of the same kind, so that it looks as it did where it was thrown. */
function newError({ name, code, message }: ErrorData, options: ErrorOptions): Error {
  if (code !== "") return new StreamError(code, message, options);
  const type = NATIVE.get(name);
  if (type !== undefined) return new type(message, options);
  return Object.assign(new Error(message, options), name === "Error" ? {} : { name });
}
