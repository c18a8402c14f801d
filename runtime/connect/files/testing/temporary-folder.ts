import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

/** A folder for the tests of one file, which goes with the last of them. */
export function temporaryFolder(): {
  path: string;
  in(...names: string[]): string;
  write(files: Record<string, string | Uint8Array>): void;
} {
  const path = mkdtempSync(join(tmpdir(), "millrace-files-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    in: (...names) => join(path, ...names),
    /** By their paths in the folder. */
    write(files) {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), content);
      }
    },
  };
}
