import { inspect } from "node:util";

const CHARACTERS = 200;

/** A value as text that fits a message, whatever it is. */
export function short(value: unknown): string {
  const text = shown(value);
  return text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)}…` : text;
}

function shown(value: unknown): string {
  try {
    return inspect(value, {
      depth: 3,
      breakLength: Number.POSITIVE_INFINITY,
      maxStringLength: CHARACTERS,
      maxArrayLength: 20,
    });
  } catch {
    return "(a value that cannot be shown)"; // its own way to be shown threw
  }
}
