import { inspect } from "node:util";

const CHARACTERS = 200;

/** A value as text that fits a message, whatever it is. */
export function short(value: unknown): string {
  const text = inspect(value, {
    depth: 3,
    breakLength: Number.POSITIVE_INFINITY,
    maxStringLength: CHARACTERS,
    maxArrayLength: 20,
  });
  return text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)}…` : text;
}
