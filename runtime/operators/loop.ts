/**
 * Writes the fused loop of a stage: operators add their lines one inside the other, so that a record goes through all of
 * them without an array or an iterator between (36 M records/s, where a chain of array methods reaches 8 M).
 *
 * Records are in one of two shapes, by name: one variable, or a key and a value apart. A pair is put together only for
 * a function that wants it whole.
 */
export type LoopHead = "lines" | "range" | "rows" | "pairs";

/** Ends the loop when its job was cancelled: looked at once a block of text, and once in a thousand rows. */
const CANCEL = "if (flag[0] !== 0) cancellation.stop();";

/** Rows that one call of a pass takes in. */
const PASS_ROWS = 1024;

type Record = { row: string } | { key: string; value: string };

/** Lines of a loop, what closes the loops inside it, and what comes after it. */
interface Section {
  lines: string[];
  closing: string;
  after: string;
}

function newSection(): Section {
  return { lines: [], closing: "", after: "" };
}

/**
 * The text of a program. The loop over the rows is a function of its own, a pass, called for a block of text or a
 * thousand rows at a time: V8 compiles it as a function, and knows the types of its variables. As one loop over all rows
 * it would be compiled while it runs, with variables that may hold anything: three times as slow for numbers.
 *
 * What lasts from pass to pass is kept in a state between them. Where rows are asked for by an iterator, all is one
 * function: a generator keeps its own state.
 */
export class Loop {
  readonly #before: string[] = [];
  /** The loop over the rows, and each loop that begins when all rows have passed the one before. */
  readonly #sections: [Section, ...Section[]] = [newSection()];
  readonly #locals: string[] = [];
  readonly #lasting: { name: string; initial: string }[] = [];
  readonly #functions: string[] = [];
  readonly #steps: string[] = [];
  /** Expression of the record each step was given, for the message when its function throws. */
  readonly #records: string[] = [];
  readonly #head: Record;
  #record: Record;
  #keeps = 0;
  #arguments = 0;
  #iterators = 0;

  constructor(readonly head: LoopHead) {
    this.#head = HEADS[head].record((prefix) => this.#local(prefix));
    this.#record = this.#head;
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
    if (this.#records.at(-1) === row) this.#records[this.#records.length - 1] = this.row();
    return this.#record;
  }

  /**
   * Begins an operator: what throws from here on is told as its fault.
   * @param record expression of the record it is told of; empty for an operator that works on no single record
   */
  step(operator: string, record = this.row()): void {
    this.#steps.push(operator);
    this.#records.push(record);
    this.line(this.#stepLine());
  }

  /** Expression of what the task tells this operator of its partition. */
  argument(): string {
    this.#arguments += 1;
    return `args[${this.#arguments - 1}]`;
  }

  /**
   * A variable that keeps its value from record to record.
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

  line(code: string): void {
    this.#section().lines.push(code);
  }

  /** The record is from here on the value of `expression`. */
  setRow(expression: string): void {
    const row = this.#local("r");
    this.line(`${row} = ${expression};`);
    this.#record = { row };
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
    this.#section().closing = `}${this.#section().closing}`;
    this.#record = { row };
  }

  /** Runs before the first record. */
  before(code: string): void {
    this.#before.unshift(code);
  }

  /** All records so far pass first; then the rest of the loop runs for each element of an iterable. */
  restart(iterable: string): void {
    this.#sections.push(newSection());
    this.line(this.#stepLine());
    this.forEach(iterable);
  }

  /**
   * The records so far become an iterator, which computes each when it is asked for it. The rest of the loop runs for
   * each element of the iterable that `use` makes of its name.
   */
  iterate(use: (rows: string) => string): void {
    const rows = `g${this.#iterators}`;
    this.#iterators += 1;
    this.before(`const ${rows} = library.iterate(function* () {`);
    this.line(`yield ${this.row()};`);
    this.#section().after = "});";
    // Rows that are kept on the way are kept to the last, wanted or not.
    const after = this.#keeps > 0 ? `while (!${rows}.next().done);` : "";
    this.#sections.push({ ...newSection(), after });
    this.line(this.#stepLine());
    this.forEach(use(rows));
  }

  /** Rows passing here are kept by the worker. */
  keep(): void {
    this.line(`keeps[${this.#keeps}].push(${this.row()});`);
    this.#keeps += 1;
  }

  /** The program's text, the functions it takes, and the operators by step. */
  finish(): { source: string; functions: string[]; steps: string[] } {
    const source = [
      '"use strict";',
      this.#functions.map((_, i) => `const f${i} = functions[${i}];`).join(" "),
      "const { flag } = cancellation;",
      ...(this.#iterators > 0 ? this.#inOneFunction() : this.#inPasses()),
    ].join("\n");
    return { source, functions: this.#functions, steps: this.#steps };
  }

  #inPasses(): string[] {
    const { columns, passes } = HEADS[this.head];
    const [first, ...rest] = this.#sections;
    const state = this.#lasting.map(({ name, initial }) => `this.${name} = ${initial};`);
    const given = "state, out, keeps, fail, args";
    return [
      // A class of the program's own: V8 learns from its objects which of the variables hold numbers.
      `class State { constructor() { ${state.join(" ")} } }`,
      this.#function(`begin(${given})`, this.#before),
      this.#function(`pass(${given}, ${columns})`, this.#loop(first)),
      ...rest.map(({ lines, closing }, i) => this.#function(`rest${i}(${given})`, [...lines, closing])),
      "return function loop(input, out, keeps, fail, args) {",
      "const state = new State(); let records = 0;",
      `begin(${given});`,
      passes(`records += pass(${given}, ${columns}); if (out.enough) return records;`),
      ...rest.map((_, i) => `rest${i}(${given}); if (out.enough) return records;`),
      "return records; }",
    ];
  }

  /** A part of the loop as a function, which takes the lasting variables over and leaves them behind. */
  #function(signature: string, lines: readonly string[]): string {
    return [
      `function ${signature} {`,
      this.#declarations((name) => `state.${name}`),
      ...this.#guarded(lines),
      ...this.#lasting.map(({ name }) => `state.${name} = ${name};`),
      "return records; }",
    ].join("\n");
  }

  #inOneFunction(): string[] {
    const [first, ...rest] = this.#sections;
    const lines = [
      ...this.#before,
      HEADS[this.head].passes(this.#loop(first).join("\n")),
      first.after,
      ...rest.flatMap((section) => [...section.lines, section.closing, section.after]),
    ];
    return [
      "return function loop(input, out, keeps, fail, args) {",
      this.#declarations((_, initial) => initial),
      ...this.#guarded(lines),
      "return records; }",
    ];
  }

  #loop({ lines, closing }: Section): string[] {
    return [HEADS[this.head].each(this.#head), ...lines, `${closing}}`];
  }

  #guarded(lines: readonly string[]): string[] {
    return ["try {", ...lines, `} catch (error) { fail(error, step, [${this.#records.join(", ")}]); }`];
  }

  #declarations(first: (name: string, initial: string) => string): string {
    const lasting = this.#lasting.map(({ name, initial }) => `${name} = ${first(name, initial)}`);
    // Numbers at first: what may be undefined or a number is an object to V8, made anew for each record.
    const locals = ["step", "records", ...this.#locals].map((name) => `${name} = 0`);
    return [
      `let ${[...locals, ...lasting].join(", ")};`,
      "const { rows, table, limit } = out;",
      "const { keys, values } = table;",
    ].join("\n");
  }

  #section(): Section {
    return this.#sections.at(-1) ?? this.#sections[0];
  }

  #stepLine(): string {
    return `step = ${this.#steps.length - 1};`;
  }

  #local(prefix: string): string {
    const name = `${prefix}${this.#locals.length}`;
    this.#locals.push(name);
    return name;
  }
}

interface Head {
  record(local: (prefix: string) => string): Record;
  /** What a pass is given: names that `passes` declares and `each` reads. */
  columns: string;
  /** Runs `pass` until all rows were taken in. */
  passes(pass: string): string;
  /** Begins the loop of a pass, and makes the record. */
  each(record: Record): string;
}

const HEADS: { [H in LoopHead]: Head } = {
  lines: {
    record: (local) => ({ row: local("r") }),
    columns: "text",
    passes: (pass) => `for (const text of input.texts) { ${CANCEL} ${pass} }`,
    // `\n` ends a line; a `\r` before it belongs to the end, as in BufferedReader.readLine.
    each: (record) =>
      [
        "for (let start = 0, end = 0, length = text.length; start < length; start = end + 1) {",
        'end = text.indexOf("\\n", start); if (end < 0) end = length;',
        `${rowOf(record)} = text.slice(start, end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end);`,
        "records++;",
      ].join("\n"),
  },
  range: {
    record: (local) => ({ row: local("r") }),
    columns: "start, by, from, to",
    passes: (pass) => `const { start, step: by, length } = input; ${inPasses(pass)}`,
    each: (record) => `${eachRow()} ${rowOf(record)} = start + i * by;`,
  },
  rows: {
    record: (local) => ({ row: local("r") }),
    columns: "inRows, from, to",
    passes: (pass) => `for (const { rows: inRows, length } of input.chunks) ${inPasses(pass)}`,
    each: (record) => `${eachRow()} ${rowOf(record)} = inRows[i];`,
  },
  pairs: {
    record: (local) => ({ key: local("k"), value: local("x") }),
    columns: "inKeys, inValues, from, to",
    passes: (pass) =>
      `for (const { keys: inKeys, values: inValues, length } of input.chunks) ${inPasses(pass)}`,
    each: (record) => {
      const { key, value } = record as Extract<Record, { key: string }>;
      return `${eachRow()} ${key} = inKeys[i]; ${value} = inValues[i];`;
    },
  },
};

function inPasses(pass: string): string {
  return `for (let from = 0; from < length; from += ${PASS_ROWS}) { ${CANCEL} const to = Math.min(from + ${PASS_ROWS}, length); ${pass} }`;
}

function eachRow(): string {
  return "records += to - from; for (let i = from; i < to; i++) {";
}

function rowOf(record: Record): string {
  return (record as Extract<Record, { row: string }>).row;
}
