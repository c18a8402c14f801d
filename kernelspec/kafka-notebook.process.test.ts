/** The notebook on Kafka, as it is shipped, against the broker that its first cell names. */

import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packageRoot } from "./package-root.js";
import { MillraceCommand } from "./testing/millrace-command.js";
import { testBroker } from "./testing/test-broker.js";

const broker = testBroker({ topics: { lines: 2, counts: 1 } });

let millrace: MillraceCommand;
beforeEach(() => {
  millrace = new MillraceCommand();
  process.env.KAFKA_BROKERS = broker.current.address;
});
afterEach(() => {
  delete process.env.KAFKA_BROKERS;
  millrace.remove();
});

test("the notebook on Kafka counts words from a topic into a topic", async () => {
  const { status, stdout, stderr } = await millrace.run("run", join(packageRoot, "notebooks/10-kafka.ipynb"));
  expect(stderr).toMatch(/^\n\d+ cells ran\n$/);
  expect(status).toBe(0);
  const cells = [...stdout.matchAll(/^\[(\d+)\] .*\n((?: {4}.*\n)*)/gm)];
  const shown = cells
    .map(([, , text = ""]) => text.replace(/\s+/g, " ").trim())
    .filter((text) => text !== "");
  expect(shown).toEqual([
    `Topics at ${broker.current.address}`,
    "wrote 2 messages to lines",
    "started: a batch every 1 s; outputs: counts.saveToKafka(), changes.foreachRDD()",
    "[ [ 'mill', 2 ], [ 'race', 1 ], [ 'the', 4 ], [ 'turns', 2 ], [ 'wheel', 2 ] ]",
    "wrote 1 message to lines",
    "[ [ 'is', 1 ], [ 'mill', 2 ], [ 'over', 1 ], [ 'race', 2 ], [ 'the', 5 ], [ 'turns', 2 ], [ 'wheel', 2 ] ]",
    "[ 'is 1', 'over 1', 'race 2', 'the 5' ]",
    "notebook-10 has 0 records of lines before it",
    expect.stringMatching(/^stopped after \d+ completed batches$/),
  ]);
});
