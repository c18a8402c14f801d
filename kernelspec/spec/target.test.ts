import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { userDataFolder } from "../jupyter/folders.js";
import { ownFolder, targetFolder } from "./target.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-target-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const environment = (...dataFolders: string[]) => ({
  jupyter: "/opt/bin/jupyter",
  version: "4.6.6",
  dataFolders,
});

describe("install works in", () => {
  test("the user's folder when nothing is said", async () => {
    expect(await targetFolder({})).toBe(userDataFolder());
  });

  test("share/jupyter of the prefix", async () => {
    expect(await targetFolder({ prefix: "/opt/venv" })).toBe(join("/opt/venv", "share", "jupyter"));
  });

  test("the active environment with --sys-prefix", async () => {
    vi.stubEnv("VIRTUAL_ENV", "/home/ada/env");
    expect(await targetFolder({ sysPrefix: true })).toBe(join("/home/ada/env", "share", "jupyter"));
  });

  test("no place that --sys-prefix cannot find", async () => {
    for (const name of ["VIRTUAL_ENV", "CONDA_PREFIX", "PATH"]) vi.stubEnv(name, "");
    await expect(targetFolder({ sysPrefix: true })).rejects.toThrow(/--prefix, or use --user$/);
  });
});

describe("the kernel of a JupyterLab goes", () => {
  test("into its own folder, which is made", () => {
    expect(ownFolder(environment(join(folder, "share", "jupyter")), expect.fail)).toBe(
      join(folder, "share", "jupyter"),
    );
  });

  test("to the user where that cannot be written, and the user is told", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const said: string[] = [];
    expect(ownFolder(environment(join(file, "jupyter")), (line) => said.push(line))).toBe(userDataFolder());
    expect(said).toEqual([expect.stringContaining("cannot be written: installing the kernel for this user")]);
  });
});
