import { deepEqual } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KafkaBroker } from "../kernelspec/dev/kafka-broker.js";
import { surviveKafka } from "../runtime/connect/kafka/testing/kafka-kills.js";
import type { Benchmark } from "./benchmark.js";

const KILLS = 50;
const RESTARTS = 3;

/** From Kafka through a state to Kafka, with the program and the broker killed at random moments. */
const recoveryKafka: Benchmark = {
  name: "recovery-kafka",
  summary: `A program from Kafka through a state to Kafka, killed by SIGKILL ${KILLS} times at random moments, its broker ${RESTARTS} times, with a partition added: every message counts once, as in an undisturbed run`,
  async run() {
    const checkpoint = mkdtempSync(join(tmpdir(), "kafka-kills-"));
    const broker = await KafkaBroker.start({ say: console.error });
    try {
      const program = fileURLToPath(
        new URL("../runtime/connect/kafka/testing/killed-program.mjs", import.meta.url),
      );
      const of = { broker, program, checkpoint, kills: KILLS, restarts: RESTARTS, seed: 11 };
      const { written, expected, messages } = await surviveKafka(of);
      deepEqual(written, expected);
      return {
        columns: ["kills", "of the broker", "messages", "lost", "counted twice"],
        rows: [[KILLS, RESTARTS, messages, 0, 0].map(String)],
        data: { kills: KILLS, restarts: RESTARTS, messages },
      };
    } finally {
      await broker.stop();
      rmSync(checkpoint, { recursive: true, force: true });
    }
  },
};

export default recoveryKafka;
