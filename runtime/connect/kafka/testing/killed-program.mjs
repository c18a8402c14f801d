// A program that is killed at any moment and started again: it counts the words of the topic `in`, one a message, and writes how
// often each has come to the topic `out`, exactly once. See kafka-kills.ts.

import { SparkContext, StateSpec, StreamingContext } from "../../../../dist/index.js";

const [brokers, checkpoint] = process.argv.slice(2);

const ssc = await StreamingContext.getOrCreate(checkpoint, () => {
  const made = new StreamingContext(new SparkContext({ workers: 2 }), 200);
  made.checkpoint(checkpoint);
  const words = made
    .kafkaDirectStream({
      brokers,
      topics: "in",
      startingOffsets: "earliest",
      groupId: "kills",
      maxRatePerPartition: 500,
    })
    .map(({ value }) => [value, 1]);
  const counts = words.mapWithState(
    StateSpec.function((word, _one, state) => {
      state.update((state.getOption() ?? 0) + 1);
      return [word, state.get()];
    }),
  );
  counts.saveToKafka({ brokers, topic: "out", transactionalId: "kills" });
  return made;
});
await ssc.start();
await ssc.awaitTermination();
