/** The characters of a CSV file that mean something. Each is one; no quote is an empty text. */
export interface CsvSyntax {
  delimiter: string;
  quote: string;
  /** Before a quote in a quoted field it makes that a part of the field. Often the quote itself. */
  escape: string;
}

/** What stands in a file is no record. */
export class NoRecord extends Error {
  /** @param at where in the text it shows */
  constructor(
    why: string,
    readonly at: number,
  ) {
    super(why);
  }
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Cuts a text into records of fields, by RFC 4180: a field in quotes may have delimiters, line ends and, twice each or after
 * the escape, quotes in it. A quote within a field that does not begin with one stands for itself. `\n` and `\r\n` end a record.
 */
export class CsvReader {
  /** After {@link read}: where the next record begins. */
  next = 0;
  readonly #delimiter: number;
  readonly #quote: number;
  /** The field that was read last. */
  #field = "";
  /** Of the line that is read; before it when it is not known, -1 when there is none. */
  #lineEnd = 0;

  constructor(private readonly syntax: CsvSyntax) {
    this.#delimiter = syntax.delimiter.charCodeAt(0);
    this.#quote = syntax.quote === "" ? -1 : syntax.quote.charCodeAt(0);
  }

  /** Whether any field of the text may be quoted: where none is, a record is a line. */
  hasQuotes(text: string): boolean {
    return this.#quote >= 0 && text.includes(this.syntax.quote);
  }

  /** The fields of a line that has no quotes. */
  split(line: string): string[] {
    return line.split(this.syntax.delimiter);
  }

  /**
   * The fields of the record that begins at `at`.
   * @param isLast nothing comes after this text
   * @returns undefined when it may go on after the text
   * @throws NoRecord
   */
  read(text: string, at: number, isLast: boolean): string[] | undefined {
    const fields: string[] = [];
    this.#lineEnd = at - 1;
    for (let from = at; ; ) {
      const isQuoted = text.charCodeAt(from) === this.#quote;
      const end = isQuoted ? this.#quoted(text, from + 1, isLast) : this.#plain(text, from, isLast);
      if (end < 0) return undefined;
      fields.push(this.#field);
      if (text.charCodeAt(end) !== this.#delimiter) {
        this.next = text.charCodeAt(end) === RETURN ? end + 2 : end + 1;
        return fields;
      }
      from = end + 1;
    }
  }

  /** Reads a field without quotes. @returns what follows it; -1 when it may go on after the text */
  #plain(text: string, from: number, isLast: boolean): number {
    if (this.#lineEnd < from) this.#lineEnd = text.indexOf("\n", from);
    if (this.#lineEnd < 0 && !isLast) return -1;
    const stop = this.#lineEnd < 0 ? text.length : this.#lineEnd;
    const delimiter = text.indexOf(this.syntax.delimiter, from);
    const end = delimiter < 0 || delimiter > stop ? withoutReturn(text, from, stop) : delimiter;
    this.#field = text.slice(from, end);
    return end;
  }

  /** The same of a field in quotes, from what follows the first one. */
  #quoted(text: string, open: number, isLast: boolean): number {
    let field = "";
    for (let from = open; ; ) {
      const special = this.#special(text, from);
      // What comes after it may make another thing of it.
      if (special < 0 || (special + 1 >= text.length && !isLast)) {
        if (!isLast) return -1;
        throw new NoRecord("a field in quotes does not end", open - 1);
      }
      const literal = this.#literal(text, special);
      if (literal === undefined) {
        this.#field = field + text.slice(from, special);
        return this.#afterQuote(text, special + 1, isLast);
      }
      field += text.slice(from, special) + literal;
      from = special + 2;
    }
  }

  /** The next quote or escape; -1 when there is none. */
  #special(text: string, from: number): number {
    const quote = text.indexOf(this.syntax.quote, from);
    if (this.syntax.escape === this.syntax.quote) return quote;
    const escaped = text.indexOf(this.syntax.escape, from);
    return escaped >= 0 && (quote < 0 || escaped < quote) ? escaped : quote;
  }

  /** What a quote or escape and the character after it stand for; undefined for the quote that ends a field. */
  #literal(text: string, at: number): string | undefined {
    const { quote, escape: escaping } = this.syntax;
    const next = text.charAt(at + 1);
    if (text[at] !== escaping) return undefined;
    if (escaping === quote) return next === quote ? quote : undefined;
    return next === quote || next === escaping ? next : escaping + next;
  }

  /** A field in quotes ends where a field can. */
  #afterQuote(text: string, at: number, isLast: boolean): number {
    const next = text.charCodeAt(at);
    if (at >= text.length || next === this.#delimiter || next === NEWLINE) return at;
    if (next === RETURN && at + 1 >= text.length) return isLast ? at : -1;
    if (next === RETURN && text.charCodeAt(at + 1) === NEWLINE) return at;
    throw new NoRecord(`after a field in quotes comes ${JSON.stringify(text[at])}`, at);
  }
}

/** The end of a line without the `\r` of its end. */
function withoutReturn(text: string, from: number, end: number): number {
  return end > from && text.charCodeAt(end - 1) === RETURN ? end - 1 : end;
}

/** How records are written as CSV. Plain data. */
export interface CsvLayout {
  syntax: CsvSyntax;
  /** Names of the fields of records that are objects, in their order. */
  columns: readonly string[];
  /** The names are the first line of each file. */
  header: boolean;
}

/**
 * Writes a record as a line that {@link CsvReader} reads. An array has its elements as fields, an object what it has under the
 * names of the columns, anything else is a field itself.
 * @throws TypeError for a field that is an object or a function, and for one that is in no column
 */
export function csvRow({ syntax, columns }: CsvLayout): (row: unknown) => string {
  const known = new Set(columns);
  return (row) => {
    if (Array.isArray(row)) return csvLine(row, syntax);
    if (typeof row !== "object" || row === null || row instanceof Date) return csvLine([row], syntax);
    for (const name of Object.keys(row)) {
      if (!known.has(name))
        throw new TypeError(
          `the record has a field ${name}, and the columns are ${columns.join(", ")}; give columns that are those of all records`,
        );
    }
    // What a record does not have, all objects may have: constructor, __proto__.
    const field = (name: string) =>
      name in Object.prototype && !Object.hasOwn(row, name)
        ? undefined
        : (row as Record<string, unknown>)[name];
    return csvLine(columns.map(field), syntax);
  };
}

function csvLine(fields: readonly unknown[], syntax: CsvSyntax): string {
  const texts = fields.map((field) => csvField(fieldText(field), syntax));
  // A line of nothing would be no record.
  return texts.length === 1 && texts[0] === "" ? quoted("", syntax) : texts.join(syntax.delimiter);
}

function csvField(text: string, syntax: CsvSyntax): string {
  const { delimiter, quote } = syntax;
  const hasEnd = text.includes("\n") || text.includes("\r");
  if (quote !== "")
    return text.includes(delimiter) || text.includes(quote) || hasEnd ? quoted(text, syntax) : text;
  if (!text.includes(delimiter) && !hasEnd) return text;
  throw new TypeError(
    `without quotes no field has a delimiter or a line end in it, as ${JSON.stringify(text)} has`,
  );
}

function quoted(text: string, { quote, escape: escaping }: CsvSyntax): string {
  const escaped = escaping === quote ? text : text.replaceAll(escaping, escaping + escaping);
  return `${quote}${escaped.replaceAll(quote, escaping + quote)}${quote}`;
}

function fieldText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "undefined":
      return "";
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
  }
  if (value === null) return "";
  if (value instanceof Date) return value.toISOString();
  throw new TypeError(
    `CSV has no field for ${String(value)}; make a text, a number, a boolean or a date of it first`,
  );
}
