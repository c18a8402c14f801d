/** Kafka's wire format: big-endian numbers, texts and bytes after their length. */

/** Writes a message; it grows as it is written. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written; valid until more is. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Begins anew, in the same memory. */
  clear(): this {
    this.#length = 0;
    return this;
  }

  int8(value: number): this {
    // First the room: to take it may put other bytes in the place of these.
    const at = this.#take(1);
    this.#bytes[at] = value;
    return this;
  }

  int16(value: number): this {
    const at = this.#take(2);
    this.#bytes.writeInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.#take(4);
    this.#bytes.writeInt32BE(value, at);
    return this;
  }

  /** A whole number that a double holds exactly. */
  int64(value: number): this {
    const at = this.#take(8);
    this.#bytes.writeInt32BE(Math.floor(value / 2 ** 32), at);
    this.#bytes.writeUInt32BE(value >>> 0, at + 4);
    return this;
  }

  /** Null is a length of -1. */
  text(value: string | null): this {
    if (value === null) return this.int16(-1);
    const length = Buffer.byteLength(value);
    this.int16(length);
    const at = this.#take(length);
    this.#bytes.write(value, at);
    return this;
  }

  /** Of the "flexible" versions: after its length and one more, as a varint; null is 0. */
  compactText(value: string | null): this {
    if (value === null) return this.unsignedVarint(0);
    this.unsignedVarint(Buffer.byteLength(value) + 1);
    const at = this.#take(Buffer.byteLength(value));
    this.#bytes.write(value, at);
    return this;
  }

  bytes(value: Uint8Array): this {
    const at = this.#take(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  unsignedVarint(value: number): this {
    let rest = value;
    while (rest > 127) {
      this.int8((rest & 127) | 128);
      rest = Math.floor(rest / 128);
    }
    return this.int8(rest);
  }

  /** Signed: small numbers of either sign are short. */
  varint(value: number): this {
    return this.unsignedVarint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  /** @returns where the room that is taken begins */
  #take(bytes: number): number {
    const at = this.#length;
    this.#length += bytes;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }
}

/** Reads a message from its beginning. @throws RangeError where it ends too early */
export class ByteReader {
  #at = 0;

  constructor(private readonly source: Buffer) {}

  int8(): number {
    return this.source.readInt8(this.#skip(1));
  }

  int16(): number {
    return this.source.readInt16BE(this.#skip(2));
  }

  int32(): number {
    return this.source.readInt32BE(this.#skip(4));
  }

  /** Exact up to 2^53, which no offset, time or id reaches. */
  int64(): number {
    return this.int32() * 2 ** 32 + this.source.readUInt32BE(this.#skip(4));
  }

  text(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.bytes(length).toString("utf8");
  }

  compactText(): string | null {
    const length = this.unsignedVarint() - 1;
    return length < 0 ? null : this.bytes(length).toString("utf8");
  }

  /** A view of the source. */
  bytes(length: number): Buffer {
    const at = this.#skip(length);
    if (this.#at > this.source.length) throw new RangeError("the message ends too early");
    return this.source.subarray(at, at + length);
  }

  unsignedVarint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.source.readUInt8(this.#skip(1));
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  /** A list after its length; none for a length of -1. */
  list<T>(item: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, item);
  }

  compactList<T>(item: () => T): T[] {
    return Array.from({ length: Math.max(0, this.unsignedVarint() - 1) }, item);
  }

  /** Fields that are of no interest here. */
  skipTags(): void {
    this.tags(() => undefined);
  }

  /** Fields that may be there, by number. */
  tags(take: (tag: number, field: ByteReader) => void): void {
    for (let tags = this.unsignedVarint(); tags > 0; tags--) {
      const tag = this.unsignedVarint();
      take(tag, new ByteReader(this.bytes(this.unsignedVarint())));
    }
  }

  #skip(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}
