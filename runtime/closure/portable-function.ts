import type { StandIn } from "./stand-in.js";

/**
 * A user's function in a form that can leave its thread: its source, and what its free names stand for.
 *
 * A function may capture functions that capture functions, in circles too, so one portable function is a table of
 * parts that refer to each other by index; part 0 is the function itself.
 */
export interface PortableFunction {
  /** sha256 over all parts: equal ids mean equal behaviour, so each thread compiles an id once. */
  id: string;
  parts: Part[];
  /** What a person recognises it by: the beginning of its source on one line. */
  label: string;
}

export interface Part {
  /** A class runs code when it is evaluated (static fields, `extends`), a function does not. */
  kind: "function" | "class";
  /** Names that are read while the part is evaluated: a class does that, a function of the program does not. */
  early: string[];
  /** An expression whose value is the function or class. */
  source: string;
  captured: Captured[];
  /** Where `source` begins in the script that defined it, so that a stack taken in a worker still points there. */
  origin: Origin | undefined;
}

export type Captured =
  /** Frozen when the operator was declared: a structured clone, and the objects in it whose class is a part. */
  | { name: string; kind: "value"; value: unknown; instances: { object: object; part: number }[] }
  /** A Buffer, which structured clone would make a plain Uint8Array. */
  | { name: string; kind: "buffer"; bytes: Uint8Array }
  /** An object of the program that has a stand-in in each worker thread. */
  | { name: string; kind: "standIn"; standIn: StandIn }
  /** Another part of the same function. */
  | { name: string; kind: "part"; part: number }
  /** A name of the loop guards: the flag of the thread it runs in, or what a loop calls when it is set. */
  | { name: string; kind: "guard"; is: "flag" | "stop" }
  /** `import { exported as name } from url`; exported is `*` for a namespace. */
  | { name: string; kind: "import"; exported: string; url: string };

/** A place in a script of the declaring thread; V8's script id, lines and columns from 0. */
export interface Origin {
  script: string;
  line: number;
  column: number;
}

/** The file name under which a part is compiled elsewhere; {@link relocate} turns it back into the user's file. */
export function scriptName(script: string): string {
  return `millrace-script-${script}`;
}

/** Matches {@link scriptName} in a stack; group 1 is the script id. */
export const SCRIPT_NAME = /millrace-script-(\d+)/g;
