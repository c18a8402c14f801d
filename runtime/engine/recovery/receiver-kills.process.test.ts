import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { linesIn } from "./testing/lines-in.js";

const PROGRAM = fileURLToPath(new URL("./testing/killed-receiver.mjs", import.meta.url));

/** Acknowledgements after which each process is killed. */
const LIVES = [1, 7, 2, 20, 3];

test("of what a receiver was told is stored, nothing is lost by SIGKILL, and nothing is counted twice", async () => {
  const root = mkdtempSync(join(tmpdir(), "receiver-kills-"));
  mkdirSync(join(root, "out"));
  try {
    let acknowledged = 0;
    for (const life of LIVES) acknowledged = await live(root, acknowledged, (count) => count >= life);
    // The last one also takes what is left of those before.
    let all: number[] = [];
    const allAreThere = () => {
      all = numbers(root);
      return isThere(all, acknowledged);
    };
    await live(root, acknowledged, allAreThere);
    // What was stored and not yet acknowledged when a process was killed is stored again by the next one, as its receiver does.
    const times = new Map<number, number>();
    for (const number of all) times.set(number, (times.get(number) ?? 0) + 1);
    const twice = [...times].filter(([, n]) => n > 1).map(([number]) => number);
    expect(twice.length).toBeLessThanOrEqual(5 * LIVES.length);
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
});

/**
 * Runs the program from a number on until something holds after an acknowledgement.
 * @returns the next number that it may store: it acknowledges more until it is dead
 */
async function live(root: string, from: number, holds: (count: number) => boolean): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, root, String(from)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  let next = from;
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    next = Number(line);
    count += 1;
    if (!child.killed && holds(count)) child.kill("SIGKILL");
  }
  expect(await exit).toEqual([null, "SIGKILL"]);
  return next;
}

function isThere(all: readonly number[], until: number): boolean {
  const there = new Set(all);
  return Array.from({ length: until }, (_, i) => i).every((number) => there.has(number));
}

/** What the batches wrote, whose folders appear whole. */
function numbers(root: string): number[] {
  const out = join(root, "out");
  return readdirSync(out)
    .filter((folder) => /^numbers-\d+$/.test(folder))
    .flatMap((folder) => linesIn(join(out, folder)) ?? [])
    .map(Number);
}
