/** What a text says of a name before anything has parsed it. */

/**
 * True when the text seems to declare the name. What stands behind a `!` is not counted: `const files = !ls` declares no
 * `ls`, it asks for a shell.
 */
export function seemsToDeclare(code: string, name: string): boolean {
  return new RegExp(`\\b(?:let|const|var|function|class|import)\\b[^;]*?(?<!!)\\b${name}\\b`).test(code);
}

/** True when the text seems to have a parameter of that name: `name =>`, or `(name, …) =>` and `(name, …) {`. */
export function seemsParameter(code: string, name: string): boolean {
  return new RegExp(
    `(?<![!.\\w$])${name}\\s*(?:=>|[?:,=}\\]](?:[^;{]|\\{[^;{}]*\\})*\\)\\s*(?:=>|\\{|:)|\\)\\s*(?:=>|\\{|:))`,
  ).test(code);
}
