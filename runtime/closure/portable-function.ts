import type { AccumulationKind } from "./accumulation.js";
import type { Packed } from "./pack.js";
import type { RecordUse } from "./record-use.js";

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
  /** What the copied values lack that structured clone does not carry. */
  revival: Revival;
  /** What a person recognises it by: the beginning of its source on one line. */
  label: string;
  /** Declared `async`: what it gives is waited for. */
  isAsync: boolean;
  /** What it does with the record that it is given; undefined for anything. */
  record: RecordUse | undefined;
}

export interface Part {
  /** A class runs code when it is evaluated (static fields, `extends`), a function does not. */
  kind: "function" | "class";
  /** Names that are read while the part is evaluated: a class does that, a function of the program does not. */
  early: string[];
  /** An expression whose value is the function or class. */
  source: string;
  captured: Captured[];
  /** Copies of the properties that the program gave to the function, and to its prototype. */
  own: object | undefined;
  prototype: object | undefined;
  /** Where `source` begins in the script that defined it, so that a stack taken in a worker still points there. */
  origin: Origin | undefined;
}

/** What a free name stands for. */
export type Captured = { name: string } & Meaning;

export type Meaning =
  | CopiedValue
  | Replacement
  /** A name of the loop guards: the flag of the thread it runs in, or what a loop calls when it is set. */
  | { kind: "guard"; is: "flag" | "stop" };

/** Frozen when the operator was declared: what structured clone carries, and {@link Revival} completes. */
export interface CopiedValue {
  kind: "value";
  value: unknown;
}

/** What is not copied: the thread it goes to makes or has its own. */
export type Replacement =
  /** Another part of the same function. */
  | { kind: "part"; part: number }
  /** An object of the program that has a stand-in in each worker thread. */
  | { kind: "standIn"; standIn: StandIn }
  | ({ kind: "import" } & ImportPlace)
  /** A symbol of the registry, of the language (`iterator`), or of the program: a new one in each thread. */
  | { kind: "symbol"; of: "registry" | "language" | "program"; key: string }
  /** An object of Node's that its text makes again. */
  | { kind: "made"; type: "URL" | "URLSearchParams"; from: string }
  /** A long array of numbers: V8 takes a second to clone a few millions, and no time to make an array of shared memory. */
  | { kind: "numbers"; of: Float64Array }
  /** A compiled WebAssembly module: threads share its code. */
  | { kind: "wasm"; module: object; id: string };

/** What takes the place of an object of the program in a worker thread. Known by the object's id. */
export type StandIn =
  | ({ is: "broadcast"; id: string } & BroadcastBytes)
  | { is: "accumulator"; id: string; kind: AccumulationKind }
  /** An accumulator of a class of the program's own, by one with nothing in it. */
  | ({ is: "registered"; id: string } & BroadcastBytes);

/** A broadcast value in memory that all threads share, and the modules that must be there to make it again. */
export interface BroadcastBytes {
  /** A portable function that gives the value. */
  packed: Packed;
  imports: ImportPlace[];
}

/** `import { exported } from url`, and then a property of it where there is one. */
export interface ImportPlace {
  /** A module's URL, or a specifier as the module `parent` has it. */
  url: string;
  parent?: string;
  /** `*` for the namespace. */
  exported: string;
  property?: string;
}

/** What to do to copied values so that they are like those they were copied from. Objects are found by identity. */
export interface Revival {
  /** Objects whose class is a part. */
  instances: { object: object; part: number }[];
  /** Properties that structured clone does not carry. */
  properties: Property[];
  /** Maps and Sets some of whose items are among the properties of `items`: keys and values in turn for a Map. */
  collections: { into: object; items: unknown[] }[];
}

export interface Property {
  of: object;
  at: string | number | Extract<Replacement, { kind: "symbol" }>;
  is: CopiedValue | Replacement | { kind: "accessor"; get: number | undefined; set: number | undefined };
}

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
