import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { ScratchFiles } from "../disk/scratch-folder.js";
import { KeyTable } from "../rows/key-table.js";
import { BucketMemory } from "./bucket-memory.js";
import { KnownKeys } from "./known-keys.js";
import { PairsOutput } from "./pairs-output.js";
import { ShuffleExchange } from "./shuffle-exchange.js";

test("a task whose pairs cannot be sent leaves nothing taken of the memory of those they were for", () => {
  const memory = new BucketMemory(BucketMemory.of(2));
  const exchange = new ShuffleExchange({
    worker: 0,
    workers: 2,
    memory,
    knownKeys: new KnownKeys(2 ** 20),
    files: new ScratchFiles("never-written"),
    shareBytes: 2 ** 20,
  });
  const { port1, port2 } = new MessageChannel();
  exchange.connect(1, port1);
  const table = new KeyTable();
  for (let key = 0; key < 8; key++) table.insert(key, key === 5 ? () => "stays here" : "travels");
  const sent = { shuffle: 1, task: 1, program: "p", side: 0, partitions: 8 };
  const output = new PairsOutput(exchange, sent, (key) => key as number, true, table);
  expect(() => output.finish()).toThrow(/could not be cloned/);
  exchange.release(sent.shuffle);
  // Those that were sent are given back by who got them.
  const received = new ShuffleExchange({
    worker: 1,
    workers: 2,
    memory,
    knownKeys: new KnownKeys(2 ** 20),
    files: new ScratchFiles("never-written"),
    shareBytes: 2 ** 20,
  });
  received.connect(0, port2);
  received.release(sent.shuffle);
  expect([memory.taken(0), memory.taken(1)]).toEqual([0, 0]);
  exchange.close();
  received.close();
});
