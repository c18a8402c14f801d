import { StreamError } from "../../stream-error.js";

/** What becomes of a line that is no record: it fails the action, is left out and counted, or becomes null and is counted. */
export type BadLines = "fail" | "skip" | "null";

/** @throws StreamError RT_BAD_LINES for another policy */
export function checkBadLines(policy: BadLines): BadLines {
  if (["fail", "skip", "null"].includes(policy)) return policy;
  throw new StreamError("RT_BAD_LINES", `badLines is "fail", "skip" or "null", not ${String(policy)}`);
}
