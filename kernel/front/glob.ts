/** Glob patterns of history searches, as IPython's (SQLite's GLOB): `*`, `?` and `[…]`, matching the whole input. */

/** A class has a first member, which may be `]`; what is none, as the `[]` of `number[]`, is text. */
const SPECIAL = /\*|\?|\[(?:[\^!]|(?![\^!]))(?:\][^\]]*|[^\]]+)\]|[\s\S]/g;
const RANGE = /([\s\S])-([\s\S])/g;

/** A regular expression for a whole text, over lines. */
export function globPattern(glob: string): RegExp {
  return new RegExp(`^${glob.replace(SPECIAL, translate)}$`, "s");
}

function translate(token: string): string {
  if (token === "*") return ".*";
  if (token === "?") return ".";
  if (token.length > 1) return classOf(token);
  return token.replace(/[\\^$.*+?()[\]{}|]/, "\\$&");
}

/** A range that ends before it begins has no members, as in SQLite. */
function classOf(token: string): string {
  const isNegated = /^\[[\^!]/.test(token);
  const members = token
    .slice(isNegated ? 2 : 1, -1)
    .replace(RANGE, (range, from: string, to: string) => (from <= to ? range : ""))
    .replace(/[\\\]^]/g, "\\$&");
  return `[${isNegated ? "^" : ""}${members}]`;
}
