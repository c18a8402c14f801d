/** The notebook on Kafka, as it is shipped, against the broker that its first cell names. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { MillraceCommand } from "./testing/millrace-command.js";
import { shownBy } from "./testing/shown-by.js";
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
  expect(Object.values(await shownBy(millrace, "10-kafka.ipynb"))).toEqual([
    `Topics at ${broker.current.address} topics topic partitions records counts 1 0 lines 2 0`,
    "wrote 2 messages to lines",
    "started: a batch every 1 s; outputs: counts.saveToKafka(), changes.foreachRDD()",
    // A broker that has just started may have no coordinator of groups yet, which is told before.
    expect.stringMatching(
      /\[ \[ 'mill', 2 \], \[ 'race', 1 \], \[ 'the', 4 \], \[ 'turns', 2 \], \[ 'wheel', 2 \] \]$/,
    ),
    "wrote 1 message to lines",
    "[ [ 'is', 1 ], [ 'mill', 2 ], [ 'over', 1 ], [ 'race', 2 ], [ 'the', 5 ], [ 'turns', 2 ], [ 'wheel', 2 ] ]",
    "[ 'is 1', 'over 1', 'race 2', 'the 5' ]",
    expect.stringMatching(
      /^notebook-10 has 0 records of lines before it lines partition committed end lag 0 (\d) \1 0 1 (\d) \2 0$/,
    ),
    expect.stringMatching(/^stopped after \d+ completed batches$/),
  ]);
});
