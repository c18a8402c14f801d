/** Glob patterns of history searches, as IPython's (SQLite's GLOB): `*`, `?` and `[…]`, matching the whole input. */

const SPECIAL = /\*|\?|\[(?:\^|!)?\]?[^\]]*\]|[\s\S]/g;

/** A regular expression for a whole text, over lines. */
export function globPattern(glob: string): RegExp {
  return new RegExp(`^${glob.replace(SPECIAL, translate)}$`, "s");
}

function translate(token: string): string {
  if (token === "*") return ".*";
  if (token === "?") return ".";
  if (token.length > 1)
    return token
      .replace(/^\[!/, "[^")
      .replace(/\\/g, "\\\\")
      .replace(/^(\[\^?)\]/, "$1\\]");
  return token.replace(/[\\^$.*+?()[\]{}|]/, "\\$&");
}
