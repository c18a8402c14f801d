import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { expected, survive } from "./testing/kills.js";

/** How often it is killed: `npm run bench recovery` does it 200 times. */
const KILLS = Number(process.env.MILLRACE_KILLS ?? 10);
/** Of a machine that is slow and busy: a hang ends there, no work. */
const SECONDS_PER_KILL = 30;

test(
  `a program killed ${KILLS} times loses nothing and counts nothing twice, in files, queue, states and windows`,
  async () => {
    const root = mkdtempSync(join(tmpdir(), "kills-"));
    const program = fileURLToPath(new URL("./testing/killed-program.mjs", import.meta.url));
    try {
      const { left, lines } = await survive({ root, program, kills: KILLS, seed: 7 });
      expect([...left.lines.values()].flat().sort()).toEqual(lines.sort());
      // Every batch of every output is what its own records, and those of the batches before it, make it.
      expect(left).toEqual(expected(left.lines));
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
  SECONDS_PER_KILL * 1000 * (KILLS + 10),
);
