import { createHash } from "node:crypto";
import { serialize } from "node:v8";
import type { Captured, Part, Property, Revival } from "./portable-function.js";

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
  return createHash("sha256").update(serialize(behaviour)).digest("hex");
}

/** A stand-in is known by its object's id, however long the bytes of a broadcast are. */
function known(captured: Captured | Property["is"]): unknown {
  if (captured.kind === "standIn") return { ...captured, standIn: captured.standIn.id };
  return captured.kind === "wasm" ? captured.id : captured;
}
