import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { linesIn } from "./lines-in.js";

/** What is done to the program. */
export interface Kills {
  /** Folder for all of its files, empty. */
  root: string;
  /** Path of killed-program.mjs. */
  program: string;
  kills: number;
  seed: number;
}

/** What the program left: the lines of each output by the time of their batch. */
export type Left = Record<OutputName, Map<number, string[]>>;

const OUTPUTS = ["lines", "sums", "snapshots", "window", "inverse", "sumsOfWindow"] as const;
type OutputName = (typeof OUTPUTS)[number];

/** Items that are queued, and files of a line each, for every kill. */
const ITEMS_PER_KILL = 8;
const FILES_PER_KILL = 3;

/**
 * Every other time it is killed while it starts or recovers, or soon after; the times between after it has done something, in
 * the midst of a batch: so it gets on, however slow the machine.
 */
const MIN_LIFE_MS = 200;
const MAX_LIFE_MS = 1500;

/** With nothing new to see for so long it has stopped. */
const PATIENCE_MS = 120_000;

/**
 * Runs the program, kills it again and again by SIGKILL at random moments while files appear, and lets it end its work.
 * @returns what it left, and all lines that there were to read
 */
export async function survive({
  root,
  program,
  kills,
  seed,
}: Kills): Promise<{ left: Left; lines: string[] }> {
  const items = kills * ITEMS_PER_KILL;
  const next = random(seed);
  for (const folder of ["in", "out"]) mkdirSync(join(root, folder), { recursive: true });
  const lines = Array.from({ length: items }, (_, item) => `w${item % 7} q${item}`);
  const newFile = () => {
    const file = lines.length - items;
    const line = `w${file % 5} f${file}`;
    lines.push(line);
    writeFileSync(join(root, `${file}.txt`), `${line}\n`);
    renameSync(join(root, `${file}.txt`), join(root, "in", `${file}.txt`));
  };
  const start = () =>
    spawn(process.execPath, [program, root, String(items)], { stdio: ["ignore", "ignore", "inherit"] });
  const live = async (life: () => Promise<void>) => {
    const child = start();
    try {
      await life();
    } finally {
      await kill(child);
    }
  };
  // The first one lives until it has begun: a file counts from then on.
  await live(() => until(root, () => readdirSync(join(root, "out")).length > 0));
  for (let killed = 1; killed < kills; killed++) {
    await live(async () => {
      const before = readdirSync(join(root, "out")).length;
      if (killed % 2 === 0) await until(root, () => readdirSync(join(root, "out")).length > before);
      const lifeMs = MIN_LIFE_MS + next() * (MAX_LIFE_MS - MIN_LIFE_MS);
      for (let file = 0; file < FILES_PER_KILL; file++) {
        newFile();
        await sleep(lifeMs / FILES_PER_KILL);
      }
    });
  }
  await live(async () => {
    await until(root, () => [...read(root, "lines").values()].flat().length >= lines.length);
    // One more batch, so that the outputs beside that one are there too.
    const lastMs = Math.max(...read(root, "lines").keys());
    await until(root, () => OUTPUTS.every((name) => Math.max(...read(root, name).keys()) > lastMs));
  });
  const outputs = OUTPUTS.map((name) => [name, read(root, name)] as const);
  // It was killed in the midst of the last batch: not all outputs are there of it.
  const wholeMs = Math.min(...outputs.map(([, batches]) => Math.max(...batches.keys())));
  for (const [, batches] of outputs)
    for (const timeMs of batches.keys()) if (timeMs > wholeMs) batches.delete(timeMs);
  return { left: Object.fromEntries(outputs) as Left, lines };
}

/** What the outputs should be, given what came in each batch. */
export function expected(lines: ReadonlyMap<number, string[]>): Left {
  const times = [...lines.keys()].sort((a, b) => a - b);
  const count = (from: number, to: number) => {
    const counts = new Map<string, number>();
    for (const line of times.slice(Math.max(0, from), to + 1).flatMap((time) => lines.get(time) ?? [])) {
      const word = line.split(" ")[0] ?? "";
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return counts;
  };
  const sums = (at: number) => {
    const total = new Map<string, number>();
    for (let i = Math.max(0, at - 2); i <= at; i++)
      for (const [word, n] of count(0, i)) total.set(word, (total.get(word) ?? 0) + n);
    return total;
  };
  const each = (of: (at: number) => Map<string, number>) =>
    new Map(times.map((time, at) => [time, [...of(at)].map(([word, n]) => `${word} ${n}`).sort()]));
  return {
    lines: new Map(times.map((time) => [time, [...(lines.get(time) ?? [])].sort()])),
    sums: each((at) => count(0, at)),
    snapshots: each((at) => count(0, at)),
    window: each((at) => count(at - 4, at)),
    inverse: each((at) => count(at - 4, at)),
    sumsOfWindow: each(sums),
  };
}

function read(root: string, name: string): Map<number, string[]> {
  const out = join(root, "out");
  const folders = readdirSync(out).filter((folder) => new RegExp(`^${name}-\\d+$`).test(folder));
  const batches = folders.flatMap((folder): [number, string[]][] => {
    const lines = linesIn(join(out, folder));
    return lines === undefined ? [] : [[Number(folder.slice(name.length + 1)), lines.sort()]];
  });
  return new Map(batches.sort(([a], [b]) => a - b));
}

function kill(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

/** Waits for a fact, as long as the program writes something. */
async function until(root: string, holds: () => boolean): Promise<void> {
  let seen = 0;
  for (let waitedMs = 0; !holds(); waitedMs += LOOK_MS) {
    const batches = readdirSync(join(root, "out")).length;
    if (batches !== seen) waitedMs = 0;
    seen = batches;
    if (waitedMs > PATIENCE_MS)
      throw new Error(`the program has stopped after ${batches} outputs of batches`);
    await sleep(LOOK_MS);
  }
}

const LOOK_MS = 200;

function random(seed: number): () => number {
  let at = seed;
  return () => {
    at = (Math.imul(at, 1103515245) + 12345) & 0x7fffffff;
    return at / 0x7fffffff;
  };
}
