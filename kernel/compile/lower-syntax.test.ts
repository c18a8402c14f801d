import childProcess, { type ChildProcess } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { lowerSyntax, stopEsbuild } from "./lower-syntax.js";

const lower = (code: string) => lowerSyntax(code, {}, { elideUnusedImports: false });

describe("the service that lowers syntax", () => {
  const started: ChildProcess[] = [];
  beforeEach(async () => {
    await stopEsbuild();
    const { spawn } = childProcess;
    vi.spyOn(childProcess, "spawn").mockImplementation((...args: unknown[]) => {
      const child: ChildProcess = Reflect.apply(spawn, undefined, args);
      started.push(child);
      return child as ReturnType<typeof spawn>;
    });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    started.length = 0;
    await stopEsbuild();
  });

  test("is one process, started by the first text", async () => {
    expect(started).toHaveLength(0);
    const texts = [1, 2, 3].map((n) => lower(`const x: number = ${n};`));
    const codes = (await Promise.all(texts)).map(({ code }) => code);
    expect(codes).toEqual([1, 2, 3].map((n) => `const x = ${n};\n`));
    expect(started).toHaveLength(1);
  });

  test("starts again after it was stopped", async () => {
    await lower("let x: number");
    await stopEsbuild();
    expect((await lower("let y: string")).code).toBe("let y;\n");
    expect(started).toHaveLength(2);
  });

  test("starts again after somebody has killed it, also for the texts it had", async () => {
    await lower("let x: number");
    const [first] = started;
    const texts = [1, 2].map((n) => lower(`let y: ${n}`));
    first?.kill("SIGKILL");
    expect((await Promise.all(texts)).map(({ code }) => code)).toEqual(["let y;\n", "let y;\n"]);
    expect((await lower("let z: string")).code).toBe("let z;\n");
    expect(started.length).toBeLessThanOrEqual(2);
  });

  test("stays for a text that is wrong", async () => {
    await expect(lower("let x: = 1")).rejects.toThrow(/Unexpected "="/);
    await lower("let x: number");
    expect(started).toHaveLength(1);
  });
});
