/** An error of a cell → what Jupyter shows: its name, its message, and a traceback in the user's own terms. */

import { types } from "node:util";
import { CellSyntaxError } from "../compile/compile-error.js";
import { withinTime } from "../display/bounded-time.js";
import { reasonOf, shortText } from "../display/plain-text.js";
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
/** Characters of a message, of a value that is no error, and of the properties an error carries. */
const MAX_MESSAGE = 10_000;
const MAX_VALUE = 2_000;
const MAX_PROPERTIES = 500;
/** How long reading an error may take; source maps of large modules are part of it. */
const REPORT_LIMIT_MS = 5_000;
/** Properties of an error that a report shows in its own way. */
const SHOWN: ReadonlySet<string> = new Set(["name", "message", "stack", "cause", "errors"]);

export interface ReportContext {
  cells: ExecutedCells;
  text: UserText;
  /** Names for "did you mean"; called only for a ReferenceError. */
  names(): string[];
  /** The cell being run, for errors that carry no stack. */
  cell?: ExecutedCell;
}

/** Never throws, whatever was thrown, nor hangs: getters of an error are the user's code. */
export function reportError(thrown: unknown, context: ReportContext): CellError {
  try {
    return withinTime(REPORT_LIMIT_MS, () => report(thrown, context));
  } catch (error) {
    return thrownValue(`[an error that cannot be shown: ${reasonOf(error)}]`);
  }
}

function report(thrown: unknown, context: ReportContext): CellError {
  const error = describe(thrown);
  // `throw 5`: what is no error has a value and nothing else.
  if (error === undefined) return thrownValue(valueText(thrown, context));
  const evalue = messageOf(error, context);
  return { ename: error.name, evalue, traceback: new Traceback(context).of(thrown) };
}

function thrownValue(evalue: string): CellError {
  return { ename: "Thrown", evalue, traceback: [`${RED}Thrown${PLAIN}: ${evalue}`] };
}

/** An error in a proxy is shown with its stack. */
function valueText(thrown: unknown, { text }: ReportContext): string {
  return text.show(shortText(thrown, MAX_VALUE));
}

function messageOf({ message }: ErrorText, { text }: ReportContext): string {
  const shown = text.message(message);
  if (shown.length <= MAX_MESSAGE) return shown;
  return `${shown.slice(0, MAX_MESSAGE)}… ${(shown.length - MAX_MESSAGE).toLocaleString("en")} more characters`;
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
    const isError = types.isNativeError(thrown) || (typeof message === "string" && typeof stack === "string");
    if (!isError) return undefined;
    return {
      name: String(name ?? "Error"),
      message: String(message ?? ""),
      stack: typeof stack === "string" ? stack : "",
    };
  } catch {
    return undefined; // its getters throw: it is shown as a value
  }
}

/** The lines of one report. An error that is its own cause, or that several share, is shown once. */
class Traceback {
  readonly #context: ReportContext;
  readonly #shown = new Set<unknown>();

  constructor(context: ReportContext) {
    this.#context = context;
  }

  of(thrown: unknown, depth = 0): string[] {
    const error = describe(thrown);
    if (error === undefined) return [valueText(thrown, this.#context)];
    const message = messageOf(error, this.#context);
    const heading = `${RED}${error.name}${PLAIN}: ${message}${didYouMean(error.name, message, this.#context)}`;
    if (this.#shown.has(thrown)) return [`${heading} (shown above)`];
    this.#shown.add(thrown);
    return [
      heading,
      ...frameOf(thrown, error, this.#context),
      ...paragraph(stackFrames(thrown, error, this.#context.text)),
      ...paragraph(ownProperties(thrown)),
      ...this.#aggregated(thrown, depth),
      ...this.#cause(thrown, depth),
    ];
  }

  #cause(thrown: unknown, depth: number): string[] {
    if (!(thrown instanceof Error) || thrown.cause === undefined || depth >= MAX_CAUSES) return [];
    return ["", "Caused by:", ...this.of(thrown.cause, depth + 1)];
  }

  #aggregated(thrown: unknown, depth: number): string[] {
    if (!(thrown instanceof AggregateError) || depth >= MAX_CAUSES) return [];
    const shown = thrown.errors.slice(0, MAX_AGGREGATED);
    const lines = shown.flatMap((error, i) => [
      "",
      `Error ${i + 1} of ${thrown.errors.length}:`,
      ...this.of(error, depth + 1),
    ]);
    const more = thrown.errors.length - shown.length;
    return more > 0 ? [...lines, "", `… ${more} more`] : lines;
  }
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

/** `{ code: 'ENOENT', … }`: what the thrower put on the error, on one line. Getters are not called. */
function ownProperties(thrown: unknown): string[] {
  if (!(thrown instanceof Error) || thrown instanceof CellSyntaxError) return [];
  const entries = Object.entries(Object.getOwnPropertyDescriptors(thrown)).filter(
    ([key, { enumerable, value }]) => enumerable === true && value !== undefined && !SHOWN.has(key),
  );
  if (entries.length === 0) return [];
  return [shortText(Object.fromEntries(entries.map(([key, { value }]) => [key, value])), MAX_PROPERTIES)];
}
