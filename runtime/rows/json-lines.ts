import { detach } from "./detach.js";
import {
  type JsonShape,
  LETTER_F,
  LETTER_N,
  LETTER_T,
  MOST_FIELDS,
  QUOTE,
  shapeOf,
  type ValuePlaces,
} from "./json-shape.js";

/**
 * Lines of text as the records that JSON.parse makes of them, for functions that read nothing of a record but some of its fields,
 * while they are called with it ({@link RecordUse}): a record that has a shape which came before is then no object of its own, and
 * of its values none is made but those that are read. Any other line goes through JSON.parse: what it says of it counts.
 */
export class JsonLines {
  /** Where the line ends whose record was asked for last. */
  end = 0;
  readonly #known: KnownShapes;
  readonly #places: ValuePlaces = { starts: new Int32Array(MOST_FIELDS), ends: new Int32Array(MOST_FIELDS) };
  readonly #record: FieldsRecord;
  #text = "";
  #start = 0;
  /** The text as bytes; undefined for one that is not all ASCII, whose characters are not where their bytes are. */
  #bytes: DataView | undefined;
  #memory = Buffer.alloc(0);

  /** @param names of the fields that are read, none of them one that all objects have */
  constructor(names: readonly string[]) {
    this.#known = knownShapes(names);
    this.#record = new this.#known.type(this.#places);
  }

  /** Lines are those of this text from now on: whole ones, each ended by `\n` or `\r\n`, except perhaps the last. */
  open(text: string): void {
    this.#text = text;
    this.#bytes =
      Buffer.byteLength(text) === text.length && parse === JSON.parse ? this.#asBytes(text) : undefined;
  }

  /** The record of the line that begins at `start`; good until the next one is asked for. @throws SyntaxError as JSON.parse does */
  at(start: number): unknown {
    this.#start = start;
    const bytes = this.#bytes;
    if (bytes !== undefined) {
      const { shapes } = this.#known;
      for (let i = 0; i < shapes.length; i++) {
        const { shape, fields } = shapes[i] as KnownShape;
        const end = this.#lineEnd(bytes, shape.match(bytes, start, this.#places));
        if (end < 0) continue;
        this.end = end;
        FieldsRecord.take(this.#record, this.#text, fields);
        return this.#record;
      }
    }
    return this.#parse();
  }

  /** The text of the line at hand. */
  line(): string {
    const text = this.#text;
    const newline = text.indexOf("\n", this.#start);
    const end = newline < 0 ? text.length : newline;
    return text.slice(this.#start, end > this.#start && text.charCodeAt(end - 1) === RETURN ? end - 1 : end);
  }

  /** The record of the line at hand as an object of its own, for a message; of a line that is no JSON, the line. */
  whole(): unknown {
    const line = this.line();
    try {
      return JSON.parse(line);
    } catch {
      return line;
    }
  }

  #parse(): unknown {
    const newline = this.#text.indexOf("\n", this.#start);
    this.end = newline < 0 ? this.#text.length : newline;
    const line = this.line();
    const record: unknown = JSON.parse(line);
    if (this.#bytes !== undefined) this.#known.learn(line);
    return record;
  }

  /** Where the line ends whose record ends at `at`; -1 if something comes before. */
  #lineEnd(bytes: DataView, at: number): number {
    if (at < 0) return -1;
    const { length } = this.#text;
    const end = at < length && bytes.getUint8(at) === RETURN ? at + 1 : at;
    return end === length || bytes.getUint8(end) === NEWLINE ? end : -1;
  }

  #asBytes(text: string): DataView {
    const { length } = text;
    if (this.#memory.length < length + BEHIND) this.#memory = Buffer.allocUnsafeSlow(2 * length + BEHIND);
    this.#memory.write(text, "latin1");
    this.#memory.fill(0, length, length + BEHIND);
    return new DataView(this.#memory.buffer);
  }
}

/** Another JSON.parse than the language's does what it likes. */
const { parse } = JSON;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Bytes behind a text at which whoever reads it stops. */
const BEHIND = 8;

interface KnownShape {
  shape: JsonShape;
  /** Of each name that is read, which field of the shape it is; -1 for one that it has not. */
  fields: Int32Array;
}

/** The shapes in which records came to this thread that are read by the same names. */
class KnownShapes {
  readonly shapes: KnownShape[] = [];
  /** Its records have getters of these names. */
  readonly type: typeof FieldsRecord;
  #lines = 0;

  constructor(private readonly names: readonly string[]) {
    this.type = recordType(names);
  }

  /** Takes note of a line's shape, which is none of those that are known. */
  learn(line: string): void {
    this.#lines += 1;
    if (this.shapes.length >= MOST_SHAPES || this.#lines > TRIED_LINES) return;
    const shape = shapeOf(line);
    if (shape === undefined) return;
    const fields = Int32Array.from(this.names, (name) => shape.names.indexOf(name));
    this.shapes.push({ shape, fields });
  }
}

/** Each is tried. */
const MOST_SHAPES = 4;

/** Of lines without one of these shapes, so many are looked at. */
const TRIED_LINES = 64;

function knownShapes(names: readonly string[]): KnownShapes {
  const id = JSON.stringify(names);
  const known = recent.get(id) ?? new KnownShapes(names);
  recent.delete(id);
  recent.set(id, known);
  const oldest = recent.keys().next().value;
  if (recent.size > MOST_RECENT && oldest !== undefined) recent.delete(oldest);
  return known;
}

/** Of this thread: tasks of one program come one after the other, and their lines look alike. */
const recent = new Map<string, KnownShapes>();

const MOST_RECENT = 64;

/** Stands for the record at hand: it has a getter for each field that is read, and whatever else it has no one sees. */
class FieldsRecord {
  #text = "";
  #fields: Int32Array = NO_FIELDS;
  readonly #places: ValuePlaces;

  constructor(places: ValuePlaces) {
    this.#places = places;
  }

  /** @param fields where the values of the names are among all places */
  static take(record: FieldsRecord, text: string, fields: Int32Array): void {
    record.#text = text;
    record.#fields = fields;
  }

  /** A value that lives on when its text does not. */
  static value(record: FieldsRecord, name: number): unknown {
    const field = record.#fields[name] as number;
    if (field < 0) return undefined;
    const start = record.#places.starts[field] as number;
    const value = record.#text.slice(start, record.#places.ends[field]);
    return record.#text.charCodeAt(start - 1) === QUOTE ? detach(value) : scalarOf(value);
  }
}

const NO_FIELDS = new Int32Array(0);

function scalarOf(text: string): number | boolean | null {
  switch (text.charCodeAt(0)) {
    case LETTER_T:
      return true;
    case LETTER_F:
      return false;
    case LETTER_N:
      return null;
    default:
      return Number(text);
  }
}

function recordType(names: readonly string[]): typeof FieldsRecord {
  const type = class extends FieldsRecord {};
  names.forEach((name, i) => {
    Object.defineProperty(type.prototype, name, {
      get() {
        return FieldsRecord.value(this, i);
      },
    });
  });
  return type;
}
