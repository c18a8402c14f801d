/** An event as a browser's EventSource gives it. */
export interface ServerSentEvent {
  /** `message` unless the server named it. */
  type: string;
  /** Its lines, joined by `\n`. */
  data: string;
  /** Of this event or the last one before it that had one; empty before the first. */
  lastEventId: string;
}

/** Reads server-sent events out of text, however it is cut: section 9.2.6 of the HTML standard. */
export class SseParser {
  /** The wait between attempts that the server asked for last; undefined when it did not. */
  retryMs: number | undefined;
  /** Characters that are held of the event that is not whole yet. */
  held = 0;
  #text = "";
  #begun = false;
  /** The text so far ended with a `\r`: a `\n` that comes now is the other half of that line end. */
  #isAfterReturn = false;
  #type = "";
  #data: string[] = [];
  /** Of the event that is not whole yet. */
  #id: string;

  /** @param lastId of the last whole event that had one, before this connection; then of those that came */
  constructor(public lastId: string) {
    this.#id = lastId;
  }

  /** The events that are whole now. */
  push(text: string): ServerSentEvent[] {
    this.#text += this.#isAfterReturn && text.startsWith("\n") ? text.slice(1) : text;
    if (text !== "") this.#isAfterReturn = text.endsWith("\r");
    if (!this.#begun && this.#text.length > 0) {
      this.#begun = true;
      if (this.#text.startsWith("\ufeff")) this.#text = this.#text.slice(1);
    }
    const events: ServerSentEvent[] = [];
    for (let end = LINE_END.exec(this.#text); end !== null; end = LINE_END.exec(this.#text)) {
      const line = this.#text.slice(0, end.index);
      this.#text = this.#text.slice(end.index + end[0].length);
      const event = this.#line(line);
      if (event !== undefined) events.push(event);
    }
    this.held = this.#data.reduce((sum, { length }) => sum + length, this.#text.length);
    return events;
  }

  #line(line: string): ServerSentEvent | undefined {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (Object.hasOwn(this.#fields, field)) this.#fields[field]?.(value);
    return undefined;
  }

  readonly #fields: Record<string, (value: string) => void> = {
    event: (value) => {
      this.#type = value;
    },
    data: (value) => {
      this.#data.push(value);
    },
    id: (value) => {
      if (!value.includes("\0")) this.#id = value;
    },
    retry: (value) => {
      if (/^\d+$/.test(value)) this.retryMs = Number(value);
    },
  };

  #dispatch(): ServerSentEvent | undefined {
    this.lastId = this.#id;
    const [type, data] = [this.#type, this.#data];
    this.#type = "";
    this.#data = [];
    if (data.length === 0) return undefined;
    return { type: type === "" ? "message" : type, data: data.join("\n"), lastEventId: this.lastId };
  }
}

const LINE_END = /\r\n?|\n/;
