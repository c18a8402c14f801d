import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemClock, within } from "./clock.js";

const folder = mkdtempSync(join(tmpdir(), "clock-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A child process that writes a line and does not end. `hold` gives this thread no turn until that is written, and for `ms` at least. */
async function writing(
  name: string,
): Promise<{ text: Promise<string>; hold(ms: number): void; end(): void }> {
  const file = join(folder, name);
  const child = spawn("sh", ["-c", `echo there; : > '${file}'; exec cat`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const text = once(child.stdout, "data").then(String);
  await once(child, "spawn");
  const hold = (ms: number) => {
    busy(ms);
    while (!existsSync(file));
  };
  return { text, hold, end: () => child.stdin.end() };
}

function busy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test("a time is not over before what has come until then is handled", async () => {
  for (let round = 0; round < 5; round++) {
    const { text, hold, end } = await writing(`over-${round}`);
    const waited = within(systemClock, 1, text, () => "too late");
    hold(5);
    expect(await waited).toBe("there\n");
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
  // All three are due when Node looks at its timers next: it is cancelled after its time was seen to be over, before it happens.
  busy(5);
  await late;
  expect(happened).toEqual([]);
});
