/** Reading the fields of a message's content: what a client sent is checked here, once, and is typed from then on. */

export type JsonObject = Record<string, unknown>;

/** Thrown while reading a content that lacks a field or has it in another type; its text is for the client. */
export class MalformedContent extends Error {
  override readonly name = "MalformedContent";
}

/** True for what JSON writes as `{…}`. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The fields of one content. A field that is absent or null takes its default; one of a wrong type is refused.
 * @throws MalformedContent naming the message, the field, the type wanted and the type found.
 */
export class Fields {
  readonly #type: string;
  readonly #content: JsonObject;

  /** `type` is the message type, for the text of an error. */
  constructor(type: string, content: JsonObject) {
    this.#type = type;
    this.#content = content;
  }

  text(name: string, otherwise?: string): string {
    return this.#read(name, "a string", otherwise, (value) =>
      typeof value === "string" ? value : undefined,
    );
  }

  /** A text that no error quotes, whatever stands there. */
  secret(name: string, otherwise: string): string {
    const value = this.#content[name] ?? otherwise;
    if (typeof value === "string") return value;
    throw new MalformedContent(`${this.#type}: \`${name}\` must be a string and is a ${typeof value}`);
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.#read(name, "true or false", otherwise, (value) =>
      typeof value === "boolean" ? value : undefined,
    );
  }

  integer(name: string, otherwise?: number): number {
    return this.#read(name, "an integer", otherwise, (value) =>
      Number.isSafeInteger(value) ? Number(value) : undefined,
    );
  }

  object(name: string, otherwise: JsonObject): JsonObject {
    return this.#read(name, "an object", otherwise, (value) => (isObject(value) ? value : undefined));
  }

  #read<T>(
    name: string,
    wanted: string,
    otherwise: T | undefined,
    accept: (value: unknown) => T | undefined,
  ): T {
    const value = this.#content[name] ?? otherwise;
    const accepted = accept(value);
    if (accepted !== undefined) return accepted;
    const found =
      value === undefined ? "is missing" : `is ${JSON.stringify(value)?.slice(0, 40) ?? typeof value}`;
    throw new MalformedContent(`${this.#type}: \`${name}\` must be ${wanted} and ${found}`);
  }
}
