/** What a person is told who looks at a cluster, against a real broker. */

import { expect, test } from "vitest";
import { freePort } from "../../../kernelspec/process/free-port.js";
import { testBroker } from "../../../kernelspec/testing/test-broker.js";
import { KafkaTopics } from "./topics.js";

const broker = testBroker({ topics: { words: 2 } });

/** What can be done with a topic by its name. */
const LOOKS: [string, (topics: KafkaTopics, topic: string) => Promise<unknown>][] = [
  ["its partitions", (topics, topic) => topics.partitions(topic)],
  ["how far a group is", (topics, topic) => topics.partitions(topic, "group")],
  ["its last records", (topics, topic) => topics.last(topic, 10)],
  ["messages into it", (topics, topic) => topics.produce(topic, [{ key: null, value: "turns" }])],
];

async function failure(brokers: string, look: (topics: KafkaTopics) => Promise<unknown>): Promise<unknown> {
  const topics = new KafkaTopics({ brokers }, new AbortController().signal);
  try {
    return await look(topics).then(
      () => "none",
      (error: Error) => error.message,
    );
  } finally {
    topics.close();
  }
}

test.each(LOOKS)(
  "of a topic that is missing, asked for %s, it is said which there are",
  async (_what, look) => {
    const { address } = broker.current;
    expect(await failure(address, (topics) => look(topics, "wrods"))).toBe(
      `Kafka at ${address} has no topic wrods: it has words; a broker of \`npx millrace dev kafka --topics wrods\` has it from its start`,
    );
  },
);

test.each(LOOKS)("of a topic that is there, asked for %s, nothing is said", async (_what, look) => {
  expect(await failure(broker.current.address, (topics) => look(topics, "words"))).toBe("none");
});

test.each(LOOKS)(
  "where nothing listens, asked for %s, it is said how to start a broker",
  async (_what, look) => {
    const address = `127.0.0.1:${await freePort()}`;
    expect(await failure(address, (topics) => look(topics, "words"))).toBe(
      `Kafka at ${address} cannot be reached: nothing listens there; \`npx millrace dev kafka\` starts one on this machine (ECONNREFUSED)`,
    );
  },
);
