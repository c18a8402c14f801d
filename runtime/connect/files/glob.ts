/**
 * Patterns of paths as Hadoop's file systems have them (org.apache.hadoop.fs.GlobPattern, Globber): `*` and `?` within a
 * name, `[a-z]` and `[^a-z]`, `\` before a character that stands for itself, `{a,b}` also across names.
 */

/** The parts of a comma-separated list of paths. Commas within braces belong to their path. */
export function splitList(paths: string): string[] {
  return splitOutsideBraces(paths).filter((path) => path !== "");
}

/** All that the braces of a pattern stand for, in order: no result has braces. */
export function expandBraces(pattern: string): string[] {
  const open = indexUnescaped(pattern, "{", 0);
  const close = open < 0 ? -1 : closingBrace(pattern, open);
  if (close < 0) return [pattern];
  const before = pattern.slice(0, open);
  const after = pattern.slice(close + 1);
  return splitOutsideBraces(pattern.slice(open + 1, close)).flatMap((choice) =>
    expandBraces(before + choice + after),
  );
}

/** True for a pattern, without braces, that can match more than one name. */
export function isPattern(text: string): boolean {
  return /(^|[^\\])(\\\\)*[*?[]/.test(text);
}

/** Text without the `\` before characters that stand for themselves. */
export function unescaped(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}

/** Whether a name, without folders, matches a pattern without braces. */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const regexp = new RegExp(`^${[...tokens(pattern)].map(toRegExp).join("")}$`, "su");
  return (name) => regexp.test(name);
}

function* tokens(pattern: string): Generator<string> {
  for (const [token] of pattern.matchAll(/\\.|\[(?:\\.|[^\]\\])+\]|./gsu)) yield token;
}

function toRegExp(token: string): string {
  if (token === "*") return ".*";
  if (token === "?") return ".";
  if (token.length > 1 && token.startsWith("[")) return characterClass(token);
  return literal(token.startsWith("\\") && token.length > 1 ? token.slice(1) : token);
}

/** `[^a-z]`; `!` for `^` as in shells. */
function characterClass(token: string): string {
  const [, not, members = ""] = /^\[([\^!]?)(.*)\]$/su.exec(token) ?? [];
  if (members === "") return literal(token);
  const safe = members.replace(/\\(.)|[[^]/gsu, (found, escaped: string | undefined) =>
    (escaped ?? found).replace(/[\\[\]^-]/, "\\$&"),
  );
  return `[${not === "" ? "" : "^"}${safe}]`;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function splitOutsideBraces(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === "{") depth++;
    else if (char === "}") depth = Math.max(0, depth - 1);
    else if (char === "," && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function indexUnescaped(text: string, char: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === char) return at;
  }
  return -1;
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  return -1;
}
