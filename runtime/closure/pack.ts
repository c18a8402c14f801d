import { DefaultDeserializer, DefaultSerializer } from "node:v8";

/** A value as bytes that all threads share: no thread but those that unpack it has a copy. */
export interface Packed {
  bytes: Uint8Array;
  /** The typed arrays in it, whose elements all threads share, packed or not. */
  views: ArrayBufferView[];
}

/** @param value as structured clone takes it; its typed arrays lie in shared memory */
export function pack(value: unknown): Packed {
  const serializer = new Packer();
  serializer.writeHeader();
  serializer.writeValue(value);
  const written = serializer.releaseBuffer();
  const bytes = new Uint8Array(new SharedArrayBuffer(written.length));
  bytes.set(written);
  return { bytes, views: serializer.views };
}

export function unpack({ bytes, views }: Packed): unknown {
  const deserializer = new Unpacker(bytes, views);
  deserializer.readHeader();
  return deserializer.readValue();
}

/** Writes a typed array as its place in a list. */
class Packer extends DefaultSerializer {
  readonly views: ArrayBufferView[] = [];

  _writeHostObject(view: ArrayBufferView): void {
    this.writeUint32(this.views.push(view) - 1);
  }
}

class Unpacker extends DefaultDeserializer {
  constructor(
    bytes: Uint8Array,
    private readonly views: readonly ArrayBufferView[],
  ) {
    super(bytes);
  }

  _readHostObject(): ArrayBufferView | undefined {
    return this.views[this.readUint32()];
  }
}
