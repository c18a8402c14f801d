/**
 * Text in which each letter takes V8 one byte. A single letter beyond Latin-1 makes it two bytes for all: in half a megabyte of
 * declarations these are a dash or a snowman in some comments.
 */

/** U+0091, a control character for private use, before the four hexadecimal digits of a letter. */
const ESCAPE = "\u0091";

/** The text with all letters beyond Latin-1 escaped. Only for texts that have them in comments alone. */
export function narrow(text: string): string {
  return text.replace(/[^\0-\u00ff]/g, (unit) => ESCAPE + unit.charCodeAt(0).toString(16).padStart(4, "0"));
}

/** A part of a narrow text as it was. */
export function widen(text: string): string {
  return text.replace(/\u0091([0-9a-f]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
