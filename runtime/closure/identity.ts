import { createHash } from "node:crypto";
import { serialize } from "node:v8";
import type { Captured, Part } from "./portable-function.js";

/**
 * The id of a function with these parts: sha256 over all that makes its behaviour, which is everything but the place it
 * was written at. Equal ids mean equal behaviour; what is equal may still get two ids, and is then compiled twice.
 */
export function identity(parts: readonly Part[]): string {
  const hash = createHash("sha256");
  for (const { source, captured } of parts) hash.update(serialize([source, captured.map(known)]));
  return hash.digest("hex");
}

/** A stand-in is known by its object's id, however long the bytes of a broadcast are. */
function known(captured: Captured): unknown {
  return captured.kind === "standIn" ? { ...captured, standIn: captured.standIn.id } : captured;
}
