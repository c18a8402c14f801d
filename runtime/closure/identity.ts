import { createHash } from "node:crypto";
import { DefaultSerializer } from "node:v8";
import type { Captured, Part, Property, Revival } from "./portable-function.js";
import { programMemoryId } from "./program-memory.js";

/**
 * The id of a function with these parts: sha256 over all that makes its behaviour, which is everything but the place it
 * was written at. Equal ids mean equal behaviour; what is equal may still get two ids, and is then compiled twice.
 */
export function identity(parts: readonly Part[], { instances, properties, collections }: Revival): string {
  const behaviour = [
    parts.map(({ source, captured, own, prototype }) => [source, captured.map(known), own, prototype]),
    instances,
    properties.map((property) => ({ ...property, is: known(property.is) })),
    collections,
  ];
  const writer = new BehaviourWriter();
  writer.writeHeader();
  writer.writeValue(behaviour);
  return createHash("sha256").update(writer.releaseBuffer()).digest("hex");
}

/** A stand-in is known by its object's id, however long the bytes of a broadcast are. */
function known(captured: Captured | Property["is"]): unknown {
  if (captured.kind === "standIn") return { ...captured, standIn: captured.standIn.id };
  return captured.kind === "wasm" ? captured.id : captured;
}

/** Writes values by their contents, but memory that the program shares between threads by which one it is. */
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
