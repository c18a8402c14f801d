import { basename } from "node:path";
import { StreamError } from "../../stream-error.js";
import { type FileStatus, type FileSystem, type Files, type Located, locate } from "./file-system.js";
import { expandBraces, isPattern, nameMatcher, splitList, unescaped } from "./glob.js";
import { inFolder, namesOf } from "./path.js";

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
  const found = located.flatMap(({ now: fs, path: pattern }) =>
    answered(fs, matching(pattern)).map((status) => ({ fs, status })),
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

/**
 * The files in the folders that a user's path names: itself, or those that a pattern matches. Waits in this thread, which other
 * machines' files are not to be looked for in.
 * @throws StreamError RT_FILE when there is no such folder
 */
export function filesInFolders(path: string): FileStatus[] {
  const located = locateAll(path);
  const folders = located.flatMap(({ now, path: pattern }) =>
    answered(now, matching(pattern))
      .filter(isFolder)
      .map((folder) => ({ now, folder })),
  );
  checkFolders(folders, located);
  return folders.flatMap(({ now, folder }) => now.list(folder.path));
}

/** {@link filesInFolders} without waiting in the thread. */
export async function filesInFoldersLater(path: string): Promise<FileStatus[]> {
  const located = locateAll(path);
  const folders: Promise<FileStatus[]>[] = [];
  for (const { later, path: pattern } of located)
    for (const folder of (await answeredLater(later, matching(pattern))).filter(isFolder))
      folders.push(later.list(folder.path));
  checkFolders(folders, located);
  return (await Promise.all(folders)).flat();
}

/** Whether files of a path are on another machine. */
export function isRemote(path: string): boolean {
  return locateAll(path).some((located) => located.isRemote);
}

function locateAll(path: string): Located[] {
  return expandBraces(path).map(locate);
}

function isFolder(status: FileStatus): boolean {
  return status.isFolder;
}

function checkFolders(found: readonly unknown[], located: readonly Located[]): void {
  if (found.length > 0) return;
  throw new StreamError("RT_FILE", `there is no folder ${located.map((one) => one.path).join(", ")} yet`);
}

/** What is asked of a file system: the status of a path, undefined for none, or what is in a folder. */
type Question = { status: string } | { list: string };
type Answer = FileStatus | undefined | FileStatus[];

/** What a pattern matches, name by name, so that only folders are listed that match so far. */
function* matching(pattern: string): Generator<Question, FileStatus[], Answer> {
  const { root, names } = namesOf(pattern);
  let folders = [root];
  for (const [depth, name] of names.entries()) {
    if (!isPattern(name)) {
      folders = folders.map((folder) => inFolder(folder, unescaped(name)));
      continue;
    }
    const matches = nameMatcher(name);
    const isLast = depth === names.length - 1;
    const inside: FileStatus[] = [];
    for (const folder of folders)
      if (((yield { status: folder }) as FileStatus | undefined)?.isFolder)
        inside.push(...((yield { list: folder }) as FileStatus[]));
    folders = inside
      .filter((one) => matches(basename(one.path)) && (isLast ? !isHidden(one.path) : one.isFolder))
      .map(({ path }) => path);
  }
  const found: FileStatus[] = [];
  for (const path of folders) {
    const status = (yield { status: path }) as FileStatus | undefined;
    if (status !== undefined) found.push(status);
  }
  return found;
}

/** Answers what is asked in this thread. */
function answered<T>(fs: FileSystem, asking: Generator<Question, T, Answer>): T {
  let step = asking.next();
  while (!step.done)
    step = asking.next("list" in step.value ? fs.list(step.value.list) : fs.status(step.value.status));
  return step.value;
}

/** The same without waiting in it. */
async function answeredLater<T>(fs: Files["later"], asking: Generator<Question, T, Answer>): Promise<T> {
  let step = asking.next();
  while (!step.done) {
    const { value } = step;
    step = asking.next(await ("list" in value ? fs.list(value.list) : fs.status(value.status)));
  }
  return step.value;
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
