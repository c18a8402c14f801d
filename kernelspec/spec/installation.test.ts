import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ourKernels, uninstall } from "./installation.js";
import {
  isOurs,
  kernelFolder,
  kernelJson,
  readKernelJson,
  removeKernel,
  writeKernel,
} from "./kernel-folder.js";

describe("kernel.json", () => {
  test("names Node and the front by absolute paths, and leaves the connection file to Jupyter", () => {
    const { argv } = kernelJson();
    const [entry = "", connectionFile] = argv.slice(-2);
    expect(argv[0]).toBe(process.execPath);
    expect(argv.slice(1, -2).every((option) => option.startsWith("--"))).toBe(true);
    expect(isAbsolute(entry)).toBe(true);
    expect(connectionFile).toBe("{connection_file}");
  });

  test("asks for interrupts as messages", () => {
    expect(kernelJson("Mill")).toMatchObject({
      display_name: "Mill",
      language: "typescript",
      interrupt_mode: "message",
      kernel_protocol_version: "5.5",
    });
  });
});

describe("a kernel's folder", () => {
  let data: string;
  let folder: string;

  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "millrace-data-"));
    folder = kernelFolder(data, "millrace");
  });
  afterEach(() => rmSync(data, { recursive: true }));

  const putForeignKernel = (): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "kernel.json"), JSON.stringify({ argv: ["other"], language: "other" }));
  };

  test("holds kernel.json and the three logos", () => {
    writeKernel(folder, "Mill");
    expect(readdirSync(folder).sort()).toEqual([
      "kernel.json",
      "logo-32x32.png",
      "logo-64x64.png",
      "logo-svg.svg",
    ]);
    expect(JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"))).toEqual(kernelJson("Mill"));
  });

  test("is written again without being asked when it is ours", () => {
    writeKernel(folder, "Mill");
    writeKernel(folder, "Race");
    expect(readKernelJson(folder)?.display_name).toBe("Race");
  });

  test("of another kernel is neither replaced nor removed", () => {
    putForeignKernel();
    expect(() => writeKernel(folder, "Mill")).toThrow(/did not install: --force replaces it/);
    expect(() => removeKernel(folder)).toThrow(/did not install/);
    expect(isOurs(folder)).toBe(false);
  });

  test("of another kernel is replaced when that is forced", () => {
    putForeignKernel();
    writeKernel(folder, "Mill", true);
    expect(isOurs(folder)).toBe(true);
  });

  test("is removed once", () => {
    writeKernel(folder, "Mill");
    expect([removeKernel(folder), removeKernel(folder)]).toEqual([true, false]);
    expect(existsSync(folder)).toBe(false);
  });

  test("is found under any name, and other kernels are not", () => {
    putForeignKernel();
    writeKernel(kernelFolder(data, "mill-2"), "Mill 2");
    expect(ourKernels(data)).toEqual([kernelFolder(data, "mill-2")]);
  });

  test.each([
    ["is broken off", "{"],
    ["is empty", ""],
    ["is of another form", "null"],
  ])("is removed beside the kernel.json of another kernel that %s", (_, text) => {
    putForeignKernel();
    writeFileSync(join(folder, "kernel.json"), text);
    writeKernel(kernelFolder(data, "mill-2"), "Mill 2");
    expect(ourKernels(data)).toEqual([kernelFolder(data, "mill-2")]);
    expect(uninstall(data, "mill-2")).toEqual([kernelFolder(data, "mill-2")]);
    expect(() => removeKernel(folder)).toThrow(/did not install/);
  });
});
