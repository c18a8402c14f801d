import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("./testing/killed-receiver.mjs", import.meta.url));

/** Acknowledgements after which each process is killed. */
const LIVES = [1, 7, 2, 20, 3];

test("of what a receiver was told is stored, nothing is lost by SIGKILL, and nothing is counted twice", async () => {
  const root = mkdtempSync(join(tmpdir(), "receiver-kills-"));
  mkdirSync(join(root, "out"));
  try {
    let acknowledged = 0;
    for (const life of LIVES) acknowledged = await live(root, acknowledged, () => false, life);
    // The last one also takes what is left of those before.
    await live(root, acknowledged, () => isThere(numbers(root), acknowledged), Number.POSITIVE_INFINITY);
    const all = numbers(root);
    // What was stored and not yet acknowledged when a process was killed is stored again by the next one, as its receiver does.
    const times = new Map<number, number>();
    for (const number of all) times.set(number, (times.get(number) ?? 0) + 1);
    const twice = [...times].filter(([, n]) => n > 1).map(([number]) => number);
    expect(isThere(all, acknowledged)).toBe(true);
    expect(twice.length).toBeLessThanOrEqual(5 * LIVES.length);
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** Runs the program from a number on until it has acknowledged so often, or something holds. @returns the next number that it may store */
async function live(
  root: string,
  from: number,
  holds: () => boolean,
  acknowledgements: number,
): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, root, String(from)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let next = from;
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    next = Number(line);
    count += 1;
    if (count >= acknowledgements || holds()) break;
  }
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
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
    .flatMap((folder) => readdirSync(join(out, folder)).map((part) => join(out, folder, part)))
    .filter((path) => path.includes("part-"))
    .flatMap((path) => readFileSync(path, "utf8").split("\n"))
    .filter((line) => line !== "")
    .map(Number);
}
