import type { Patience } from "../patience.js";
import type { AsyncFileSystem } from "./file-system.js";

/** What is done with folders, and with files as a whole. */
export type FolderFiles = Pick<
  AsyncFileSystem,
  "status" | "list" | "createFolder" | "createEmpty" | "rename" | "remove"
>;

/**
 * The same files for who waits while they are out of reach. What is done again may have been done before, when only the answer was
 * lost: that is no failure.
 */
export function patientFiles(files: FolderFiles, patience: Patience): FolderFiles {
  return {
    status: (path) => patience.run(() => files.status(path)),
    list: (folder) => patience.run(() => files.list(folder)),
    createFolder: (path) => patience.run(() => files.createFolder(path)),
    createEmpty: (path) => patience.run(() => files.createEmpty(path)),
    remove: (path) => patience.run(() => files.remove(path)),
    rename(from, to) {
      let asked = 0;
      const isDone = async () =>
        (await files.status(from)) === undefined && (await files.status(to)) !== undefined;
      return patience.run(async () => {
        asked += 1;
        if (asked === 1 || !(await isDone())) await files.rename(from, to);
      });
    },
  };
}
