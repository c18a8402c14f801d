/** An error of a cell → what Jupyter shows: its name, its message, and a traceback in the user's own terms. */

import { types } from "node:util";
import { CellSyntaxError } from "../compile/compile-error.js";
import { shortText } from "../display/plain-text.js";
import { nearestNames } from "../magic/nearest.js";
import type { CellError } from "../port/evaluator.js";
import { codeFrame } from "./code-frame.js";
import { type CellPlace, cellPlace, type ExecutedCell, type ExecutedCells } from "./executed-cells.js";
import { placeText, type UserText } from "./user-text.js";

const RED = "\u001b[31m";
const PLAIN = "\u001b[39m";
/** Causes followed, and errors of an AggregateError shown. */
const MAX_CAUSES = 5;
const MAX_AGGREGATED = 5;
const MAX_FRAMES = 30;

export interface ReportContext {
  cells: ExecutedCells;
  text: UserText;
  /** Names for "did you mean"; called only for a ReferenceError. */
  names(): string[];
  /** The cell being run, for errors that carry no stack. */
  cell?: ExecutedCell;
}

/** Never throws, whatever was thrown. */
export function reportError(thrown: unknown, context: ReportContext): CellError {
  const error = describe(thrown);
  if (error === undefined) return reportValue(thrown);
  const ename = error.name;
  const evalue = context.text.names(error.message);
  return { ename, evalue, traceback: traceback(thrown, context, 0) };
}

/** `throw 5`: what is no error has a value and nothing else. */
function reportValue(thrown: unknown): CellError {
  const evalue = shortText(thrown, 2_000);
  return { ename: "Thrown", evalue, traceback: [`${RED}Thrown${PLAIN}: ${evalue}`] };
}

interface ErrorText {
  name: string;
  message: string;
  stack: string;
}

/** Reads an error as text; undefined for what is no error. Errors of other realms and look-alikes count. */
function describe(thrown: unknown): ErrorText | undefined {
  if (typeof thrown !== "object" || thrown === null || types.isProxy(thrown)) return undefined;
  try {
    const { name, message, stack } = thrown as { name?: unknown; message?: unknown; stack?: unknown };
    if (typeof message !== "string" || (typeof stack !== "string" && !types.isNativeError(thrown)))
      return undefined;
    return { name: String(name ?? "Error"), message, stack: typeof stack === "string" ? stack : "" };
  } catch {
    return undefined; // its getters throw: it is shown as a value
  }
}

function traceback(thrown: unknown, context: ReportContext, depth: number): string[] {
  const error = describe(thrown);
  if (error === undefined) return [shortText(thrown, 2_000)];
  const message = context.text.names(error.message);
  return [
    `${RED}${error.name}${PLAIN}: ${message}${didYouMean(error.name, message, context)}`,
    ...frameOf(thrown, error, context),
    ...paragraph(stackFrames(thrown, error, context.text)),
    ...aggregated(thrown, context, depth),
    ...cause(thrown, context, depth),
  ];
}

function frameOf(thrown: unknown, error: ErrorText, context: ReportContext): string[] {
  const place = syntaxPlace(thrown, error, context) ?? cellPlace(error.stack, context.cells);
  if (place?.at === undefined) return [];
  const length = thrown instanceof CellSyntaxError ? thrown.length : 1;
  return ["", placeText(place), ...codeFrame(place.cell.code, place.at, length).split("\n")];
}

/** Where a cell that could not be compiled is wrong: by our compiler, or by V8's (`notebook:cell-3:2`, source, caret). */
function syntaxPlace(
  thrown: unknown,
  error: ErrorText,
  { cell, cells }: ReportContext,
): CellPlace | undefined {
  if (thrown instanceof CellSyntaxError) return cell && { cell, at: thrown.at };
  const [, script, line, indent] = /^(notebook:cell-\d+):(\d+)\n.*\n( *)\^/.exec(error.stack) ?? [];
  return script === undefined
    ? undefined
    : cellPlace(`${script}:${line}:${(indent ?? "").length + 1}`, cells);
}

function stackFrames(thrown: unknown, { stack }: ErrorText, text: UserText): string[] {
  if (thrown instanceof CellSyntaxError) return []; // its stack is the compiler's, not the cell's
  const frames = text.frames(stack);
  return frames.length > MAX_FRAMES ? [...frames.slice(0, MAX_FRAMES), "    …"] : frames;
}

/** Lines set off by an empty one; nothing for none. */
function paragraph(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", ...lines];
}

function didYouMean(name: string, message: string, context: ReportContext): string {
  const missing = name === "ReferenceError" ? /^(\S+) is not defined$/.exec(message)?.[1] : undefined;
  const near = missing === undefined ? [] : nearestNames(missing, context.names());
  return near.length === 0 ? "" : `. Did you mean ${near.join(" or ")}?`;
}

function cause(thrown: unknown, context: ReportContext, depth: number): string[] {
  if (!(thrown instanceof Error) || thrown.cause === undefined || depth >= MAX_CAUSES) return [];
  return ["", "Caused by:", ...traceback(thrown.cause, context, depth + 1)];
}

function aggregated(thrown: unknown, context: ReportContext, depth: number): string[] {
  if (!(thrown instanceof AggregateError) || depth >= MAX_CAUSES) return [];
  const shown = thrown.errors.slice(0, MAX_AGGREGATED);
  const lines = shown.flatMap((error, i) => [
    "",
    `Error ${i + 1} of ${thrown.errors.length}:`,
    ...traceback(error, context, depth + 1),
  ]);
  const more = thrown.errors.length - shown.length;
  return more > 0 ? [...lines, "", `… ${more} more`] : lines;
}
