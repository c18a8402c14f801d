/**
 * The text of a program. The loop over the rows is a function of its own, a pass, called for a block of text or
 * some rows at a time: V8 compiles it as a function, and knows the types of its variables. As one loop over all rows
 * it would be compiled while it runs, with variables that may hold anything: three times as slow for numbers.
 *
 * What lasts from pass to pass is kept in a state between them. What is for one record is declared inside the loop, so that
 * nothing of a record lives on into the next. Where rows are asked for by an iterator, all is one function: a generator
 * keeps its own state.
 */

import type { Head, IsRead, Record } from "./loop-heads.js";

/** A line, or one for the first record that comes there and one for all others. */
export type Line = string | { seen: string; first: string; then: string };

/** Steps that are one function of the text, and what it calls when they are done. */
export interface Part {
  lines: Line[];
  /** What closes the loops that lines have begun. */
  closing: string;
  /** Variables for one record. */
  locals: string[];
  /** Its steps, each with the expression of the record it is told of, for the message when its function throws; empty for none. */
  steps: { index: number; record: string }[];
  /** The steps that follow: called with the record, inside all loops. */
  next?: { part: Part; given: string[]; taken: string[] };
}

export function newPart(): Part {
  return { lines: [], closing: "", locals: [], steps: [] };
}

/** A loop, and what comes after it. */
export interface Section {
  first: Part;
  after: string;
}

export interface LoopDescription {
  head: Head;
  record: Record;
  before: readonly string[];
  sections: readonly Section[];
  lasting: readonly { name: string; initial: string }[];
  /** How many functions and iterators there are. */
  functions: number;
  iterators: number;
  /** The loop waits for promises. */
  isAwaiting: boolean;
}

const GIVEN = "state, out, keeps, fail, args";

/** The body of a function that takes `functions`, `cancellation` and `library` and returns the loop. */
export function programText(loop: LoopDescription): string {
  const functions = Array.from({ length: loop.functions }, (_, i) => `const f${i} = functions[${i}];`);
  return [
    '"use strict";',
    functions.join(" "),
    "const { flag } = cancellation;",
    ...(loop.iterators > 0 ? inOneFunction(loop) : inPasses(loop)),
  ].join("\n");
}

function inPasses({ head, record, before, sections, lasting }: LoopDescription): string[] {
  const isRead = readIn(sections);
  const [{ first } = { first: newPart() }, ...rest] = sections;
  const tails = new Tails();
  const opening = [head.open, locals(first), "try {", head.take(record, isRead)];
  const pass = (name: string, render: Render, numbers: readonly string[] = []) =>
    functionText(
      `${name}(${GIVEN}, ${head.columns})`,
      [...opening, ...body(first, render, tails), guardEnd(first), "}"],
      numbers,
    );
  const numbers = lasting.filter(({ initial }) => initial === "0").map(({ name }) => name);
  const state = lasting.map(({ name, initial }) => `this.${name} = ${initial};`);
  const functions = [
    functionText(`begin(${GIVEN})`, before),
    pass("pass", asAny),
    ...(numbers.length > 0 ? [pass("numbersPass", asLater, numbers)] : []),
    ...rest.map((section, i) => functionText(`rest${i}(${GIVEN})`, guarded(section.first, tails))),
  ];
  return [
    `class State { constructor() { ${state.join(" ")} } }`,
    ...functions,
    ...tails.texts(),
    "return function loop(input, out, keeps, fail, args) {",
    "const state = new State(); let records = 0;",
    `begin(${GIVEN});`,
    head.passes(
      `records += ${passFor(first, numbers)}(${GIVEN}, ${head.columns}); if (out.enough) return records;`,
      record,
      isRead,
    ),
    ...rest.map((_, i) => `rest${i}(${GIVEN}); if (out.enough) return records;`),
    "return records; }",
  ];
}

/**
 * The pass to be called. One of its own is for variables that are numbers, which it says to V8: else each new value of one is an
 * object. It is for the records after the first, too, without a question to each.
 */
function passFor({ lines }: Part, numbers: readonly string[]): string {
  if (numbers.length === 0) return "pass";
  const seen = lines.flatMap((line) => (typeof line === "string" ? [] : [`state.${line.seen} === true`]));
  const known = [...seen, ...numbers.map((name) => `typeof state.${name} === "number"`)];
  return `(${known.join(" && ")} ? numbersPass : pass)`;
}

function inOneFunction({ head, record, before, sections, lasting, isAwaiting }: LoopDescription): string[] {
  const [first, ...rest] = sections;
  const isRead = readIn(sections);
  const all = sections.flatMap((section) => chain(section.first));
  const whole: Part = {
    ...newPart(),
    locals: all.flatMap((part) => [...part.locals, ...(part.next?.taken ?? [])]),
  };
  whole.steps = all.flatMap(({ steps }) => steps);
  const loop = [head.open, head.take(record, isRead), ...(first ? body(first.first, asAny) : []), "}"];
  return [
    `return ${isAwaiting ? "async " : ""}function loop(input, out, keeps, fail, args) {`,
    `let records = 0${lasting.map(({ name, initial }) => `, ${name} = ${initial}`).join("")};`,
    OUTPUT,
    locals(whole),
    "try {",
    ...before,
    head.passes(loop.join("\n"), record, isRead),
    first?.after ?? "",
    ...rest.flatMap((section) => [...body(section.first, asAny), section.after]),
    guardEnd(whole),
    "return records; }",
  ];
}

/** Functions of the text that go on with a record. */
class Tails {
  readonly #texts: string[] = [];

  /** @returns the call of the function that does `next` */
  call({ part, given, taken }: NonNullable<Part["next"]>): string {
    const name = `tail${this.#texts.length}`;
    const at = this.#texts.push("") - 1;
    this.#texts[at] = functionText(`${name}(${[GIVEN, ...taken].join(", ")})`, guarded(part, this));
    return `${name}(${[GIVEN, ...given].join(", ")}); if (out.enough) return records;`;
  }

  texts(): readonly string[] {
    return this.#texts;
  }
}

type Render = (line: Exclude<Line, string>) => string;

const asLater: Render = ({ then }) => then;
const asAny: Render = ({ seen, first, then }) =>
  `if (${seen} === true) { ${then} } else { ${seen} = true; ${first} }`;

/** Lines of a part and of what follows it: by a call, or without `tails` in their place. */
function body(part: Part, render: Render, tails?: Tails): string[] {
  const lines = part.lines.map((line) => (typeof line === "string" ? line : render(line)));
  if (part.next === undefined) return [...lines, part.closing];
  const { next } = part;
  if (tails !== undefined) return [...lines, tails.call(next), part.closing];
  const assigned = next.taken.map((name, i) => `${name} = ${next.given[i]};`);
  return [...lines, ...assigned, ...body(next.part, render), part.closing];
}

function chain(part: Part): Part[] {
  return part.next === undefined ? [part] : [part, ...chain(part.next.part)];
}

/** What the lines of a loop read, or the message when one of its functions throws. */
function readIn(sections: readonly Section[]): IsRead {
  const text = sections.flatMap(({ first, after }) => [after, ...chain(first).flatMap(textsOf)]).join("\n");
  return (name) => new RegExp(`\\b${name}\\b`).test(text);
}

function textsOf({ lines, closing, steps, next }: Part): string[] {
  const rendered = lines.map((line) => (typeof line === "string" ? line : asAny(line)));
  return [...rendered, closing, ...steps.map(({ record }) => record), ...(next?.given ?? [])];
}

/** A part outside the loop over the rows: `continue` ends it. */
function guarded(part: Part, tails: Tails): string[] {
  return [locals(part), "try { do {", ...body(part, asAny, tails), "} while (false);", guardEnd(part)];
}

/**
 * A function of the text. It takes the lasting variables it uses over and leaves them behind.
 * @param numbers those of them that are numbers when it is called
 */
function functionText(signature: string, lines: readonly string[], numbers: readonly string[] = []): string {
  const used = [...new Set(lines.join("\n").match(/\bv\d+\b/g) ?? [])];
  const taken = used.map((name) => `, ${name} = ${numbers.includes(name) ? "+" : ""}state.${name}`).join("");
  return [
    `function ${signature} {`,
    `let records = 0${taken};`,
    OUTPUT,
    ...lines,
    ...used.map((name) => `state.${name} = ${name};`),
    "return records; }",
  ].join("\n");
}

const OUTPUT = "const { rows, table, limit } = out; const { keys, values } = table;";

/** Numbers at first: what may be undefined or a number is an object to V8, made anew for each record. */
function locals(part: Part): string {
  return `let ${["step", ...part.locals].map((name) => `${name} = 0`).join(", ")};`;
}

/** Ends a `try` around all of a section. */
export function sectionGuardEnd({ first }: Section): string {
  return guardEnd({ ...newPart(), steps: chain(first).flatMap(({ steps }) => steps) });
}

function guardEnd({ steps }: Part): string {
  const records = steps
    .filter(({ record }) => record !== "")
    .map(({ index, record }) => `${index}: ${record}`);
  return `} catch (error) { fail(error, step, { ${records.join(", ")} }); }`;
}
