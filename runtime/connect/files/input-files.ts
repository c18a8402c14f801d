import { basename, join, parse, sep } from "node:path";
import { StreamError } from "../../stream-error.js";
import { type FileStatus, type FileSystem, locate } from "./file-system.js";
import { expandBraces, isPattern, nameMatcher, splitList, unescaped } from "./glob.js";

/**
 * The files that a user's path names, in the order of the paths and of the names in a folder: a file, a folder (the files in
 * it, not those in its folders), a pattern, or a list of these with commas between. Files whose names begin with `_` or `.` are
 * left out, as in Hadoop, unless one is named as it is.
 * @param recursive with the files in the folders' folders
 * @throws StreamError RT_INPUT_MISSING when a path or a pattern names nothing
 */
export function inputFiles(paths: string, recursive = false): FileStatus[] {
  const files = splitList(paths).flatMap((path) => filesOf(path, recursive));
  if (splitList(paths).length > 0) return files;
  throw new StreamError("RT_INPUT_MISSING", "a path is needed here, not an empty text");
}

function filesOf(path: string, recursive: boolean): FileStatus[] {
  const located = expandBraces(path).map(locate);
  const found = located.flatMap(({ fs, path: pattern }) =>
    matching(fs, pattern).map((status) => ({ fs, status })),
  );
  if (found.length > 0) return found.flatMap(({ fs, status }) => filesIn(fs, status, recursive));
  const absolute = located.map((one) => one.path);
  throw new StreamError(
    "RT_INPUT_MISSING",
    absolute.length > 1 || absolute.some(isPattern)
      ? `Input Pattern ${absolute.join(", ")} matches 0 files`
      : `Input path does not exist: ${absolute.map(unescaped).join()}`,
  );
}

/** The folders that a user's path names: itself, or those that a pattern matches. @throws StreamError RT_FILE when there is none */
export function foldersOf(path: string): { fs: FileSystem; path: string }[] {
  const located = expandBraces(path).map(locate);
  const folders = located.flatMap(({ fs, path: pattern }) =>
    matching(fs, pattern)
      .filter(({ isFolder }) => isFolder)
      .map((status) => ({ fs, path: status.path })),
  );
  if (folders.length > 0) return folders;
  throw new StreamError("RT_FILE", `there is no folder ${located.map((one) => one.path).join(", ")} yet`);
}

/** Name by name, so that only folders are listed that match so far. */
function matching(fs: FileSystem, pattern: string): FileStatus[] {
  const { root } = parse(pattern);
  let folders = [root];
  const names = pattern.slice(root.length).split(sep);
  for (const [depth, name] of names.entries()) {
    if (!isPattern(name)) {
      folders = folders.map((folder) => join(folder, unescaped(name)));
      continue;
    }
    const matches = nameMatcher(name);
    const last = depth === names.length - 1;
    folders = folders
      .filter((folder) => fs.status(folder)?.isFolder)
      .flatMap((folder) => fs.list(folder))
      .filter(({ path, isFolder }) => matches(basename(path)) && (last ? !isHidden(path) : isFolder))
      .map(({ path }) => path);
  }
  return folders.flatMap((path) => fs.status(path) ?? []);
}

function filesIn(fs: FileSystem, status: FileStatus, recursive: boolean): FileStatus[] {
  if (!status.isFolder) return [status];
  return fs
    .list(status.path)
    .filter(({ path }) => !isHidden(path))
    .flatMap((inside) => {
      if (!inside.isFolder) return [inside];
      return recursive ? filesIn(fs, inside, true) : [];
    });
}

function isHidden(path: string): boolean {
  return /^[_.]/.test(basename(path));
}
