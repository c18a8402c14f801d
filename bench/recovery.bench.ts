import { deepEqual } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expected, survive } from "../runtime/engine/recovery/testing/kills.js";
import type { Benchmark } from "./benchmark.js";

const KILLS = 200;

/** A program with files, a queue, states and windows, killed by SIGKILL at random moments and started again each time. */
const recovery: Benchmark = {
  name: "recovery",
  summary: `A program with a checkpoint, killed by SIGKILL ${KILLS} times at random moments: every record of its files and its queue counts once in each of its outputs, as in an undisturbed run`,
  async run() {
    const root = mkdtempSync(join(tmpdir(), "kills-"));
    const program = fileURLToPath(
      new URL("../runtime/engine/recovery/testing/killed-program.mjs", import.meta.url),
    );
    try {
      const { left, lines } = await survive({ root, program, kills: KILLS, seed: 11 });
      deepEqual([...left.lines.values()].flat().sort(), lines.sort());
      deepEqual(left, expected(left.lines));
      const batches = left.lines.size;
      const outputs = Object.keys(left).length;
      return {
        columns: ["kills", "records", "batches", "outputs of a batch", "lost", "counted twice"],
        rows: [[KILLS, lines.length, batches, outputs, 0, 0].map(String)],
        data: { kills: KILLS, records: lines.length, batches },
      };
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
};

export default recovery;
