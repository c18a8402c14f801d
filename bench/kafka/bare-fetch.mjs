// A thread that reads a partition by kafkajs's own fetch, as fast as it goes, and counts its messages. Its decoder gives buffers.

import { parentPort, workerData } from "node:worker_threads";
import { Kafka } from "kafkajs";

const { brokers, topic, partition } = workerData;
const kafka = new Kafka({ brokers: [brokers], logCreator: () => () => undefined });
const symbol = Object.getOwnPropertySymbols(kafka).find(
  ({ description }) => description === "private:Kafka:createCluster",
);
const cluster = kafka[symbol]({ metadataMaxAge: 300_000 });
await cluster.connect();
await cluster.addMultipleTargetTopics([topic]);
const { leader } = cluster
  .findTopicPartitionMetadata(topic)
  .find(({ partitionId }) => partitionId === partition);
const broker = await cluster.findBroker({ nodeId: leader });
parentPort.postMessage("ready");

parentPort.on("message", async (untilOffset) => {
  let count = 0;
  for (let offset = 0; offset < untilOffset; ) {
    const partitions = [{ partition, fetchOffset: String(offset), maxBytes: 8 << 20 }];
    const { responses } = await broker.fetch({
      maxBytes: 8 << 20,
      maxWaitTime: 500,
      topics: [{ topic, partitions }],
    });
    const { messages } = responses[0].partitions[0];
    count += messages.length;
    offset = Number(messages.at(-1).offset) + 1;
  }
  parentPort.postMessage(count);
});
