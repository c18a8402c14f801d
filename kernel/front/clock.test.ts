import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemClock, within } from "./clock.js";

const folder = mkdtempSync(join(tmpdir(), "clock-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a child process writes, and does not end. This thread gets no turn until it is written, and then `ms` are over as well. */
async function writtenMeanwhile(name: string, ms: number): Promise<{ text: Promise<string>; end(): void }> {
  const file = join(folder, name);
  const child = spawn("sh", ["-c", `echo there; : > '${file}'; exec cat`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const text = once(child.stdout, "data").then(String);
  await once(child, "spawn");
  const begun = performance.now();
  // Set up in the turn in which the thread is held.
  queueMicrotask(() => {
    while (!existsSync(file) || performance.now() < begun + ms);
  });
  return { text, end: () => child.stdin.end() };
}

test("a time is not over before what has come until then is handled", async () => {
  for (let round = 0; round < 5; round++) {
    const { text, end } = await writtenMeanwhile(`over-${round}`, 2);
    expect(await within(systemClock, 1, text, () => "too late")).toBe("there\n");
    end();
  }
});

test("what was cancelled does not happen, though its time is over", async () => {
  const happened: string[] = [];
  const cancel = systemClock.after(0, () => happened.push("cancelled"));
  const late = new Promise<void>((resolve) => {
    systemClock.after(0, resolve);
  });
  setTimeout(cancel, 0);
  await late;
  expect(happened).toEqual([]);
});
