/**
 * Writes the fused loop of a stage: operators add their lines one inside the other, so that a record goes through all of
 * them without an array or an iterator between (36 M records/s, where a chain of array methods reaches 8 M).
 */

import { HEADS, type Head, jsonLines, type LoopHead, type Record } from "./loop-heads.js";
import { type Line, newPart, type Part, programText, type Section, sectionGuardEnd } from "./loop-text.js";

export type { LoopHead } from "./loop-heads.js";

/**
 * Steps in one function of the text. V8 does not optimise a function that is very long, and puts no more than about a
 * hundred small functions into the one that calls them.
 */
const STEPS_IN_A_PART = 50;

/**
 * A program under construction. Records are in one of two shapes, by name: one variable, or a key and a value apart. A
 * pair is put together only for a function that wants it whole.
 */
export class Loop {
  readonly #before: string[] = [];
  /** The loop over the rows, and each loop that begins when all rows have passed the one before. */
  readonly #sections: Section[];
  readonly #lasting: { name: string; initial: string }[] = [];
  readonly #functions: string[] = [];
  readonly #steps: string[] = [];
  #source: Head;
  #first: Record;
  #part: Part = newPart();
  #record: Record;
  #locals = 0;
  #keeps = 0;
  #arguments = 0;
  #iterators = 0;
  #isAwaiting = false;

  constructor(readonly head: LoopHead) {
    this.#sections = [{ first: this.#part, after: "" }];
    this.#source = HEADS[head];
    this.#first = this.#source.record((prefix) => this.#local(prefix));
    this.#record = this.#first;
  }

  /** The record as one expression. */
  row(): string {
    return "row" in this.#record ? this.#record.row : `[${this.#record.key}, ${this.#record.value}]`;
  }

  /** The record as key and value; a record that is not a pair fails the task with a sentence. */
  pair(): { key: string; value: string } {
    if ("key" in this.#record) return this.#record;
    const row = this.#record.row;
    const key = this.#local("k");
    const value = this.#local("x");
    this.line(`if (!Array.isArray(${row}) || ${row}.length !== 2) throw new library.NotPair(${row});`);
    this.line(`${key} = ${row}[0]; ${value} = ${row}[1];`);
    this.#record = { key, value };
    // An array that nobody sees as a whole is never made; the message would see it.
    const step = this.#part.steps.at(-1);
    if (step?.record === row) step.record = this.row();
    return this.#record;
  }

  /**
   * Begins an operator: what throws from here on is told as its fault.
   * @param record expression of the record it is told of, in terms of `row()` or `pair()`; empty for an operator that works on no single record
   */
  step(operator: string, record?: string): void {
    if (this.#part.steps.length >= STEPS_IN_A_PART) this.#cut();
    this.#steps.push(operator);
    this.#part.steps.push({ index: this.#steps.length - 1, record: record ?? this.#told() });
    this.line(this.#stepLine());
  }

  /** Expression of what the task tells this operator of its partition. */
  argument(): string {
    this.#arguments += 1;
    return `args[${this.#arguments - 1}]`;
  }

  /**
   * A variable that keeps its value from record to record. To be used by one operator only.
   * @param initial its value before the first record; one that adds up numbers begins as a number
   */
  variable(initial = "undefined"): string {
    const name = `v${this.#lasting.length}`;
    this.#lasting.push({ name, initial });
    return name;
  }

  /** A variable for one record at a time. */
  temporary(): string {
    return this.#local("t");
  }

  /** Name by which the loop calls a portable function. */
  fn(id: string): string {
    const known = this.#functions.indexOf(id);
    if (known >= 0) return `f${known}`;
    this.#functions.push(id);
    return `f${this.#functions.length - 1}`;
  }

  line(code: Line): void {
    this.#part.lines.push(code);
  }

  /**
   * Lines of which `first` is for the first record that comes here, `then` for all others. `seen` is a variable that is
   * true from the first record on.
   */
  firstThen(seen: string, first: string, then: string): void {
    this.line({ seen, first, then });
  }

  /** The record is from here on the value of `expression`. */
  setRow(expression: string): void {
    const row = this.#local("r");
    this.line(`${row} = ${expression};`);
    this.#record = { row };
  }

  /**
   * The record, a line of text, is from here on what JSON.parse makes of it, for those who read only these of its fields while they
   * have it. To be called by the first operator, before its lines.
   * @returns false where records do not begin as lines of text
   */
  parseLines(fields: readonly string[]): boolean {
    const [step] = this.#part.steps;
    if (this.head !== "lines" || this.#steps.length !== 1 || step === undefined) return false;
    const reader = this.variable();
    this.before(`${reader} = new library.JsonLines(${JSON.stringify(fields)});`);
    step.record = `${reader}.line()`;
    this.#source = jsonLines(reader);
    this.#first = this.#source.record((prefix) => this.#local(prefix));
    this.#record = this.#first;
    return true;
  }

  /** The record is from here on this pair. */
  setPair(key: string, valueExpression: string): void {
    const value = this.#local("x");
    this.line(`${value} = ${valueExpression};`);
    this.#record = { key, value };
  }

  /** The rest of the loop runs for each element of an iterable. */
  forEach(iterable: string): void {
    const row = this.#local("r");
    this.line(`for (${row} of ${iterable}) {`);
    this.#part.closing = `}${this.#part.closing}`;
    this.#record = { row };
  }

  /** Runs before the first record. */
  before(code: string): void {
    this.#before.unshift(code);
  }

  /** All records so far pass first; then the rest of the loop runs for each element of an iterable. */
  restart(iterable: string): void {
    this.#newSection("");
    this.forEach(iterable);
  }

  /**
   * The records so far become an iterator, which computes each when it is asked for it. The rest of the loop runs for
   * each element of the iterable that `use` makes of its name.
   */
  iterate(use: (rows: string) => string): void {
    const rows = this.#newIterator();
    if (this.#isAwaiting) {
      // The function takes an iterator that does not wait.
      this.#gather(rows);
      this.forEach(use(iteratorOf(rows)));
      return;
    }
    this.before(`const ${rows} = library.iterate(function* () {`);
    this.line(`yield ${this.row()};`);
    const section = this.#sections.at(-1);
    if (section !== undefined) section.after += "});";
    // Rows that are kept on the way are kept to the last, wanted or not.
    this.#newSection(this.#keeps > 0 ? `while (!${rows}.next().done);` : "");
    this.forEach(use(rows));
  }

  /**
   * The same of an async iterable: from here on the loop waits, and all of the program is a function that is async.
   * @param use is given the name of the iterator, and an expression that tells an error as this operator's on a record
   * @param takesAsync the iterator may be async too: else, after another one that waits, all records are gathered first
   */
  iterateAwaiting(use: (rows: string, blame: string) => string, takesAsync = false): void {
    const step = this.#steps.length - 1;
    const rows = this.#newIterator();
    const isAfterAwaiting = this.#isAwaiting;
    const isGathered = isAfterAwaiting && !takesAsync;
    if (isGathered) this.#gather(rows);
    else this.#generate(rows);
    this.#isAwaiting = true;
    const row = this.#local("r");
    const blame = `(error, record) => fail(error, ${step}, { ${step}: record })`;
    // One that does not wait is left open as it is, and is to be iterable: it is given to functions of the program.
    const isLeftOpen = isAfterAwaiting && this.#keeps > 0;
    const taken = isGathered ? iteratorOf(rows) : isLeftOpen ? leftOpen(rows) : rows;
    this.line(`for await (${row} of ${use(taken, blame)}) {`);
    this.#part.closing = `}${this.#part.closing}`;
    this.#record = { row };
  }

  /** Rows passing here are kept by the worker. */
  keep(): void {
    this.line(`keeps[${this.#keeps}].push(${this.row()});`);
    this.#keeps += 1;
  }

  /** The program's text, the functions it takes, and the operators by step. */
  finish(): { source: string; functions: string[]; steps: string[] } {
    const source = programText({
      head: this.#source,
      record: this.#first,
      before: this.#before,
      sections: this.#sections,
      lasting: this.#lasting,
      functions: this.#functions.length,
      iterators: this.#iterators,
      isAwaiting: this.#isAwaiting,
    });
    return { source, functions: this.#functions, steps: this.#steps };
  }

  /** Expression of what a message tells of the record. */
  #told(): string {
    return ("row" in this.#record && this.#record.told) || this.row();
  }

  #newIterator(): string {
    this.#iterators += 1;
    return `g${this.#iterators - 1}`;
  }

  /** The records so far become an array. */
  #gather(rows: string): void {
    this.before(`const ${rows} = [];`);
    this.line(`${rows}.push(${this.row()});`);
    this.#newSection("");
  }

  /** The records so far become an iterator. What fails on the way to one is told before it passes through who asks for it. */
  #generate(rows: string): void {
    const [open, close, next] = this.#isAwaiting
      ? ["(async function* () {", "})();", `(await ${rows}.next())`]
      : ["library.iterate(function* () {", "});", `${rows}.next()`];
    this.before(`const ${rows} = ${open} try {`);
    this.line(`yield ${this.row()};`);
    const section = this.#sections.at(-1);
    if (section !== undefined) section.after += `${sectionGuardEnd(section)} ${close}`;
    this.#newSection(this.#keeps > 0 ? `while (!${next}.done);` : "");
  }

  /** The operator that is under way goes on in a new section, with its record told as that of no step. */
  #newSection(after: string): void {
    this.#part = newPart();
    this.#sections.push({ first: this.#part, after });
    this.line(this.#stepLine());
  }

  /** What follows is a function of its own, which is called with the record. */
  #cut(): void {
    const before = this.#record;
    const given = "row" in before ? [before.row] : [before.key, before.value];
    const next = newPart();
    const from = this.#part;
    this.#part = next;
    const taken = given.map(() => this.#parameter());
    from.next = { part: next, given, taken };
    const [first = "", second] = taken;
    this.#record = second === undefined ? { ...before, row: first } : { key: first, value: second };
  }

  #stepLine(): string {
    return `step = ${this.#steps.length - 1};`;
  }

  #local(prefix: string): string {
    const name = this.#name(prefix);
    this.#part.locals.push(name);
    return name;
  }

  #parameter(): string {
    return this.#name("p");
  }

  #name(prefix: string): string {
    this.#locals += 1;
    return `${prefix}${this.#locals - 1}`;
  }
}

function iteratorOf(rows: string): string {
  return `${rows}[Symbol.iterator]()`;
}

/** Its rows are kept to the last: who leaves it early does not close it. */
function leftOpen(rows: string): string {
  return `{ next: () => ${rows}.next() }`;
}
