import { short } from "../rows/short-text.js";

/** What was thrown, as plain data. */
export interface PlainError {
  name: string;
  message: string;
  stack: string;
}

/**
 * What was thrown, as text, whatever it is: also what is no error, and one whose fields are no text or cannot be read. Never
 * throws: who tells of a failure has nobody else to tell it.
 */
export function plainError(thrown: unknown): PlainError {
  try {
    if (!(thrown instanceof Error))
      return { name: "Error", message: `${short(thrown)} was thrown, which is not an Error`, stack: "" };
    const { name, message, stack = "" } = thrown;
    return { name: String(name), message: String(message), stack: String(stack) };
  } catch {
    return {
      name: "Error",
      message: "an error was thrown whose name, message or stack cannot be read",
      stack: "",
    };
  }
}
