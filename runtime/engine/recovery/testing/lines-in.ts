import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The lines of a folder that a batch has written. Undefined while there is none: a batch that is run again takes the place of what
 * it had written before, by two renamings.
 */
export function linesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith("part-"))
      .flatMap((part) => readFileSync(join(folder, part), "utf8").split("\n"))
      .filter((line) => line !== "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
