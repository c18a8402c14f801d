import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { testBroker } from "../../../kernelspec/testing/test-broker.js";
import { surviveKafka } from "./testing/kafka-kills.js";

/** How often the program is killed; at most two and a half seconds each. */
const KILLS = Number(process.env.MILLRACE_KILLS ?? 50);
const RESTARTS = Math.max(1, Math.round(KILLS / 16));
/** Of a machine that is slow and busy: a hang ends there, no work. */
const SECONDS_PER_KILL = 30;

const broker = testBroker();

test(
  `from Kafka through a state to Kafka each message is counted once, and each count written once, though the program is killed ${KILLS} times, the broker ${RESTARTS} times, and a partition is added`,
  async () => {
    const checkpoint = mkdtempSync(join(tmpdir(), "kafka-kills-"));
    try {
      const { written, expected } = await surviveKafka({
        broker: broker.current,
        program: fileURLToPath(new URL("./testing/killed-program.mjs", import.meta.url)),
        checkpoint,
        kills: KILLS,
        restarts: RESTARTS,
        seed: 7,
      });
      expect(written).toEqual(expected);
    } finally {
      rmSync(checkpoint, { recursive: true, force: true });
    }
  },
  SECONDS_PER_KILL * 1000 * (KILLS + 10),
);
