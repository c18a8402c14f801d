import { join, parse, sep } from "node:path";

/** Paths of files: those of this machine as it has them, and URLs, whose slashes mean something. */

/** Scheme of a URL, in lower case; undefined for a path of this machine. */
export function schemeOf(path: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):\//i.exec(path)?.[1]?.toLowerCase();
}

/** What has this name in a folder. */
export function inFolder(folder: string, name: string): string {
  return schemeOf(folder) === undefined ? join(folder, name) : `${folder.replace(/\/$/, "")}/${name}`;
}

/** Where an absolute path begins, and the names of the folders it goes through. */
export function namesOf(path: string): { root: string; names: string[] } {
  const root = /^[^:/]+:\/\/[^/]*\//.exec(path)?.[0] ?? parse(path).root;
  const separator = schemeOf(path) === undefined ? sep : "/";
  return { root, names: path.slice(root.length).split(separator) };
}
