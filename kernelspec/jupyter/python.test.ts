import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findPython } from "./python.js";

/** The only folder on PATH. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-python-"));
  vi.stubEnv("PATH", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Puts a program on PATH that answers for a Python: its version, and whether it has the modules. */
function putPython(command: string, version: string, lacks?: string): void {
  const modules =
    lacks === undefined ? "exit 0" : `echo "ModuleNotFoundError: No module named '${lacks}'" >&2; exit 1`;
  const file = join(folder, command);
  writeFileSync(file, `#!/bin/sh\ncase "$2" in *version*) echo ${version};; *) ${modules};; esac\n`);
  chmodSync(file, 0o755);
}

test("python3 comes before python", async () => {
  putPython("python3", "3.12.1");
  putPython("python", "3.13.0");
  expect(await findPython()).toEqual({ command: "python3", version: "3.12.1" });
});

test("an old python3 is passed over", async () => {
  putPython("python3", "3.8.10");
  putPython("python", "3.9.2");
  expect(await findPython()).toEqual({ command: "python", version: "3.9.2" });
});

test.each<{ title: string; put: () => void; says: RegExp }>([
  {
    title: "no Python",
    put: () => undefined,
    says: /needs Python, and none was found: install Python 3\.9 or later/,
  },
  {
    title: "only an old one",
    put: () => putPython("python3", "3.7.1"),
    says: /python3 is 3\.7\.1: install Python 3\.9/,
  },
  {
    title: "one without venv",
    put: () => putPython("python3", "3.11.2", "ensurepip"),
    says: /Python 3\.11\.2 \(python3\) .* its module ensurepip is missing: .*python3-venv/,
  },
])("$title is one sentence with the way out", async ({ put, says }) => {
  put();
  await expect(findPython()).rejects.toThrow(says);
});
