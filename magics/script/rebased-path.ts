import { relative, resolve, sep } from "node:path";

/** Relative paths from one folder as relative paths from another, with slashes, as imports have them. */
export function rebasedPath(from: string, to: string): (path: string) => string {
  return (path) => {
    const moved = relative(to, resolve(from, path)).replaceAll(sep, "/");
    return moved.startsWith(".") ? moved : `./${moved}`;
  };
}
