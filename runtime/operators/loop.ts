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
const CANCEL_ROW = `if ((i & 1023) === 0) { ${CANCEL} }`;

type Record = { row: string } | { key: string; value: string };

export class Loop {
  readonly #lines: string[] = [];
  readonly #variables: string[] = [];
  readonly #functions: string[] = [];
  readonly #steps: string[] = [];
  /** Expression of the record each step was given, for the message when its function throws. */
  readonly #records: string[] = [];
  #closing = "";
  #record: Record;
  #keeps = 0;
  #arguments = 0;
  #iterators = 0;

  constructor(readonly head: LoopHead) {
    this.#record = this.#open(head);
  }

  /** The record as one expression. */
  row(): string {
    return "row" in this.#record ? this.#record.row : `[${this.#record.key}, ${this.#record.value}]`;
  }

  /** The record as key and value; a record that is not a pair fails the task with a sentence. */
  pair(): { key: string; value: string } {
    if ("key" in this.#record) return this.#record;
    const row = this.#record.row;
    const key = this.#variable("k");
    const value = this.#variable("x");
    this.line(`if (!Array.isArray(${row}) || ${row}.length !== 2) throw notPair(${row});`);
    this.line(`${key} = ${row}[0]; ${value} = ${row}[1];`);
    this.#record = { key, value };
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

  /** A variable of the loop's own; undefined before the first record. */
  variable(): string {
    return this.#variable("v");
  }

  /** Name by which the loop calls a portable function. */
  fn(id: string): string {
    const known = this.#functions.indexOf(id);
    if (known >= 0) return `f${known}`;
    this.#functions.push(id);
    return `f${this.#functions.length - 1}`;
  }

  line(code: string): void {
    this.#lines.push(code);
  }

  /** The record is from here on the value of `expression`. */
  setRow(expression: string): void {
    const row = this.#variable("r");
    this.line(`${row} = ${expression};`);
    this.#record = { row };
  }

  /** The record is from here on this pair. */
  setPair(key: string, valueExpression: string): void {
    const value = this.#variable("x");
    this.line(`${value} = ${valueExpression};`);
    this.#record = { key, value };
  }

  /** The rest of the loop runs for each element of an iterable. */
  forEach(iterable: string): void {
    const row = this.#variable("r");
    this.line(`for (${row} of ${iterable}) {`);
    this.#closing = `}${this.#closing}`;
    this.#record = { row };
  }

  /** Runs before the first record. */
  before(code: string): void {
    this.#lines.unshift(code);
  }

  /** All records so far pass first; then the rest of the loop runs for each element of an iterable. */
  restart(iterable: string): void {
    this.line(this.#closing);
    this.line(this.#stepLine());
    this.#closing = "";
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
    this.line(`${this.#closing} });`);
    this.line(this.#stepLine());
    // Rows that are kept on the way are kept to the last, wanted or not.
    this.#closing = this.#keeps > 0 ? `while (!${rows}.next().done);` : "";
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
      'const notPair = (row) => new TypeError("a pair [key, value] is needed here, not " + (typeof row === "string" ? JSON.stringify(row) : String(row)));',
      "const { flag } = cancellation;",
      "return function loop(input, out, keeps, fail, args) {",
      `let step = 0, records = 0${this.#variables.map((name) => `, ${name}`).join("")};`,
      "const { rows, table, limit } = out;",
      "const { index, keys, values } = table;",
      "try {",
      ...this.#lines,
      this.#closing,
      `} catch (error) { fail(error, step, [${this.#records.join(", ")}]); }`,
      "return records; }",
    ].join("\n");
    return { source, functions: this.#functions, steps: this.#steps };
  }

  #open(head: LoopHead): Record {
    switch (head) {
      case "lines":
        return this.#openLines();
      case "range": {
        const row = this.#variable("r");
        this.line("records = input.length; const { start, step: by } = input;");
        this.line(`for (let i = 0; i < input.length; i++) { ${CANCEL_ROW} ${row} = start + i * by;`);
        this.#closing = "}";
        return { row };
      }
      case "rows": {
        const row = this.#variable("r");
        this.#openChunks("const { rows: inRows, length } = chunk;");
        this.line(`${row} = inRows[i];`);
        return { row };
      }
      case "pairs": {
        const key = this.#variable("k");
        const value = this.#variable("x");
        this.#openChunks("const { keys: inKeys, values: inValues, length } = chunk;");
        this.line(`${key} = inKeys[i]; ${value} = inValues[i];`);
        return { key, value };
      }
    }
  }

  #openChunks(columns: string): void {
    this.line(`for (const chunk of input.chunks) { ${columns} records += length;`);
    this.line(`for (let i = 0; i < length; i++) { ${CANCEL_ROW}`);
    this.#closing = "}}";
  }

  /** `\n` ends a line; a `\r` before it belongs to the end, as in BufferedReader.readLine. */
  #openLines(): Record {
    const row = this.#variable("r");
    this.line(`for (const block of input.blocks) { ${CANCEL}`);
    this.line("const text = input.text(block), length = text.length;");
    this.line(
      'for (let start = 0, end = 0; start < length; start = end + 1) { end = text.indexOf("\\n", start);',
    );
    this.line("if (end < 0) end = length;");
    this.line(`${row} = text.slice(start, end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end);`);
    this.line("records++;");
    this.#closing = "}}";
    return { row };
  }

  #stepLine(): string {
    return `step = ${this.#steps.length - 1};`;
  }

  #variable(prefix: string): string {
    const name = `${prefix}${this.#variables.length}`;
    this.#variables.push(name);
    return name;
  }
}
