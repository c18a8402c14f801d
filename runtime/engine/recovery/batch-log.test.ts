import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Patience } from "../../connect/patience.js";
import { BatchLog, type LoggedMove } from "./batch-log.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const newLog = (durable: boolean) => new BatchLog(folder, durable, new Patience("the log", () => undefined));

/** Moves of both partitions of a state. */
function moves(state: string, version: number, whole: boolean, bytes: number): LoggedMove[] {
  return [0, 1].map((partition) => ({ state, version, partition, whole, bytes: new Uint8Array(bytes / 2) }));
}

const STATES = ["heavy", "light"].map((name) => ({ name, op: "", partitions: 2, functions: "" }));

describe.each([true, false])("a log that outlives the process: %s", (durable) => {
  test("wants a state as a whole at first, and when ten changes or more weigh as much as the last whole", async () => {
    const log = newLog(durable);
    const wanted: [heavy: boolean, light: boolean][] = [];
    for (let version = 1; version <= 26; version++) {
      const [heavy, light] = [log.wantsWhole("heavy"), log.wantsWhole("light")];
      wanted.push([heavy, light]);
      const both = [
        ...moves("heavy", version, heavy, heavy ? 200 : 10),
        ...moves("light", version, light, 10),
      ];
      await log.commit(version, STATES, both, []);
      await log.forget(version, 0);
    }
    const times = (at: 0 | 1) => wanted.flatMap((one, i) => (one[at] ? [i + 1] : []));
    expect(times(0)).toEqual([1, 22]);
    expect(times(1)).toEqual([1, 12, 23]);
    log.drop("heavy");
    expect([log.wantsWhole("heavy"), log.wantsWhole("light")]).toEqual([true, false]);
    await log.clear();
    expect(log.wantsWhole("light")).toBe(true);
  });
});

test("a log that is read again wants wholes when the one before would have", async () => {
  const before = newLog(true);
  for (let version = 1; version <= 10; version++) {
    const planned = { timeMs: version, zeroMs: 0, batchMs: 1, run: "", workers: 2, inputs: [] };
    await before.plan(planned);
    await before.commit(version, STATES, moves("light", version, version === 1, 10), []);
  }
  const log = newLog(true);
  await log.read();
  expect(log.wantsWhole("light")).toBe(false);
  await log.commit(11, STATES, moves("light", 11, false, 10), []);
  expect(log.wantsWhole("light")).toBe(true);
});

test("what a process that died had not written to its end goes when the log is read", async () => {
  const before = newLog(true);
  await before.plan({ timeMs: 1, zeroMs: 0, batchMs: 1, run: "", workers: 2, inputs: [] });
  for (const name of [".2.batch.0a1b", ".2.commit.0a1b", "2.batch.tmp", "others", ".others"])
    writeFileSync(join(folder, name), "half");
  await newLog(true).read();
  expect(readdirSync(folder)).toEqual([".others", "1.batch", "others"]);
});
