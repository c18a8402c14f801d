import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { kernelFolder, writeKernel } from "../spec/kernel-folder.js";
import { isWrong } from "./finding.js";
import { kernelEntries, pluginInstalled } from "./installed.js";

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "millrace-doctor-"));
  vi.stubEnv("JUPYTER_DATA_DIR", data);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(data, { recursive: true });
});

test("before any installation nothing is wrong, and the way to one is named as it is called in a clone", async () => {
  const [found, ...others] = [...(await kernelEntries(undefined)), ...(await pluginInstalled(undefined))];
  expect(others).toEqual([]);
  expect(found && isWrong(found)).toBe(false);
  expect(found?.fix).toBe(
    "`npx millrace lab` installs it in its own when it starts, `npx millrace install` in yours",
  );
});

test("a kernel without the plugin is wrong: its charts do not move", async () => {
  writeKernel(kernelFolder(data, "millrace"), "Mill");
  const [found] = await pluginInstalled(undefined);
  expect(found).toEqual({
    what: "The JupyterLab plugin is not installed: charts do not move",
    fix: "run `npx millrace install`",
  });
});

test("an entry that cannot be read is named, and is nobody's fault", async () => {
  const folder = kernelFolder(data, "other");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "kernel.json"), "{");
  const [, found, ...others] = await kernelEntries(undefined);
  expect(found?.what).toMatch(`${join(folder, "kernel.json")} cannot be read: `);
  expect(found && isWrong(found)).toBe(false);
  expect(others).toEqual([]);
});
