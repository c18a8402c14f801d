import { createHash } from "node:crypto";
import { DefaultSerializer } from "node:v8";
import type { Captured, Part, Property, Revival } from "./portable-function.js";
import { programMemoryId } from "./program-memory.js";

/**
 * The id of a function with these parts: sha256 over all that makes its behaviour, which is everything but the place it
 * was written at. Equal ids mean equal behaviour, and the same function has the same id in each process that runs the program: states
 * are known by it after a restart.
 */
export function identity(parts: readonly Part[], { instances, properties, collections }: Revival): string {
  const contents = new Contents();
  contents.write([
    parts.map(({ source, captured, own, prototype }) => [source, captured.map(known), own, prototype]),
    instances,
    properties.map((property) => ({ ...property, is: known(property.is) })),
    collections,
  ]);
  return contents.digest();
}

/** A stand-in is known by its object's id, however long the bytes of a broadcast are. */
function known(captured: Captured | Property["is"]): unknown {
  if (captured.kind === "standIn") return { ...captured, standIn: captured.standIn.id };
  return captured.kind === "wasm" ? captured.id : captured;
}

/** Text that is gathered before it is hashed. */
const TEXT_CHARACTERS = 1 << 16;

/**
 * A hash of values by their contents. Not of what V8's serializer makes of them: that writes arrays with room for holes, whole numbers
 * held as fractions and texts of wide characters in other bytes, and how V8 holds a value depends on what it has compiled by then.
 */
class Contents {
  readonly #hash = createHash("sha256");
  readonly #numbers = new Map<object, number>();
  #text = "";

  write(value: unknown): void {
    if (typeof value === "object" && value !== null) this.#object(value);
    else if (typeof value === "string") this.#say(JSON.stringify(value));
    else this.#say(`${typeof value} ${Object.is(value, -0) ? "-0" : String(value)}`);
  }

  digest(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }

  /** An object that was written already is the same one, in circles too. */
  #object(value: object): void {
    const number = this.#numbers.get(value);
    if (number === undefined) this.#numbers.set(value, this.#numbers.size);
    if (number !== undefined) this.#say(`same ${number}`);
    else if (Array.isArray(value) && isFull(value)) this.#items(`list ${value.length}`, value);
    else if (Array.isArray(value)) this.#properties(`array ${value.length}`, value);
    else if (value instanceof Map) this.#items(`map ${value.size}`, [...value].flat());
    else if (value instanceof Set) this.#items(`set ${value.size}`, [...value]);
    else if (isPlain(value)) this.#properties("object", value);
    else this.#bytes(value);
  }

  #properties(what: string, value: object): void {
    const keys = Object.keys(value);
    this.#say(`${what} ${keys.length}`);
    for (const key of keys) {
      this.#say(JSON.stringify(key));
      this.write((value as Record<string, unknown>)[key]);
    }
  }

  #items(what: string, items: readonly unknown[]): void {
    this.#say(what);
    for (const item of items) this.write(item);
  }

  #bytes(value: object): void {
    const writer = new BehaviourWriter();
    writer.writeValue(value);
    const bytes = writer.releaseBuffer();
    this.#say(`bytes ${bytes.length}`);
    this.#flush();
    this.#hash.update(bytes);
  }

  #say(word: string): void {
    this.#text += `${word}\n`;
    if (this.#text.length >= TEXT_CHARACTERS) this.#flush();
  }

  #flush(): void {
    this.#hash.update(this.#text);
    this.#text = "";
  }
}

/** Without holes, and without properties that have names: those come after all indices. */
function isFull(array: readonly unknown[]): boolean {
  const keys = Object.keys(array);
  return (
    keys.length === array.length && keys.at(-1) === (array.length > 0 ? `${array.length - 1}` : undefined)
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Writes dates, bytes and their like by their contents, but memory that the program shares between threads by which one it is. */
class BehaviourWriter extends DefaultSerializer {
  _writeHostObject(view: ArrayBufferView): void {
    const { buffer, byteOffset, byteLength } = view;
    const memory = programMemoryId(buffer);
    this.writeRawBytes(Buffer.from(Object.prototype.toString.call(view)));
    for (const number of [memory ?? COPY, byteOffset, byteLength]) this.writeUint32(number);
    if (memory === undefined) this.writeRawBytes(new Uint8Array(buffer, byteOffset, byteLength));
  }

  _getSharedArrayBufferId(memory: SharedArrayBuffer): number {
    return programMemoryId(memory) ?? COPY;
  }
}

/** In place of the number of a memory of the program. */
const COPY = 0xffff_ffff;
