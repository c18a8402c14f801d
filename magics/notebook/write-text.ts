import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { MagicUsageError } from "../../kernel/magic/parse.js";

/**
 * Writes the file that a magic was told to write, in place of what it held.
 * @param magic as it is written, for the message: `%save`
 * @param options.append behind what it held
 * @throws MagicUsageError with the way out where that cannot be
 */
export function writeText(magic: string, file: string, text: string, { append = false } = {}): void {
  try {
    writeFileSync(file, text, { flag: append ? "a" : "w" });
  } catch (error) {
    throw new MagicUsageError(`${magic}: ${reasonOf(error, file)}`);
  }
}

const REASONS: Partial<Record<string, (file: string) => string>> = {
  ENOENT: (file) =>
    `there is no folder ${dirname(file)} in ${process.cwd()}; !mkdir -p ${dirname(file)} makes it`,
  EISDIR: (file) => `${file} is a folder; name a file in it`,
  EACCES: (file) => `${file} may not be written by this user; name another place`,
};

function reasonOf(error: unknown, file: string): string {
  const known = REASONS[String((error as { code?: unknown }).code)];
  if (known !== undefined) return known(file);
  return error instanceof Error ? error.message : String(error);
}
