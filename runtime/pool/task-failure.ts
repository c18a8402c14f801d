import { isDiskError } from "../disk/disk-error.js";
import { short } from "../rows/short-text.js";
import { StreamError } from "../stream-error.js";
import { awayOf } from "./away.js";
import { OutsideError } from "./connector.js";
import { type PlainError, plainError } from "./plain-error.js";
import { StepError, TaskError } from "./program.js";
import type { TaskFailure } from "./task.js";

/**
 * Why a task failed, as it can be told in another thread: what was thrown, by the function of which operator, on which record.
 * @param steps the operators of its program
 */
export function describe(error: unknown, steps: string[]): TaskFailure {
  const outside = error instanceof OutsideError ? error.thrown : error;
  if (error instanceof OutsideError || isDiskError(error)) {
    const away = awayOf(outside);
    const thrown = plainError(outside);
    return { ...FAILURE, thrown, code: codeOf(outside), ...(away && { patienceMs: away.patienceMs }) };
  }
  if (error instanceof StepError) {
    return {
      ...FAILURE,
      thrown: ofWhatItGave(plainError(error.thrown)),
      operator: steps[error.step] ?? "",
      ...recordOf(error),
    };
  }
  if (error instanceof TaskError)
    return { ...FAILURE, thrown: plainError(error.thrown), operator: error.operator, ...recordOf(error) };
  return { ...FAILURE, thrown: plainError(error) };
}

function recordOf({ record }: StepError | TaskError): { record: string } {
  return { record: record === undefined ? "" : short(record.value) };
}

/** V8 names the function by what the text of the loop calls it, which nobody knows. */
function ofWhatItGave(thrown: PlainError): PlainError {
  return NOT_ITERABLE.test(thrown.message)
    ? { ...thrown, message: "it gave what is not iterable; give an array, or nothing as []" }
    : thrown;
}

const NOT_ITERABLE = /^f\d+ is not a function or its return value is not iterable$/;

const FAILURE = { operator: "", record: "", code: "" };

function codeOf(thrown: unknown): string {
  return thrown instanceof StreamError ? thrown.code : "";
}
