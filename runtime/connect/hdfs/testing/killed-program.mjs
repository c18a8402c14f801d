// A program whose streams, files, states and checkpoint are in HDFS: it counts the words of the files of `in`, and writes the counts of
// each batch to `out`. It is killed at any moment and started again; see hdfs-kills.ts.

import { SparkContext, StreamingContext } from "../../../../dist/index.js";

const [root, webPort] = process.argv.slice(2);
const checkpoint = `${root}/checkpoint`;

const ssc = await StreamingContext.getOrCreate(checkpoint, () => {
  const sc = new SparkContext({ workers: 2, hdfs: { webPort: Number(webPort) } });
  // Longer than a busy machine takes for a batch: what fell due while it was not there is to be caught up.
  const made = new StreamingContext(sc, 1000);
  made.checkpoint(checkpoint);
  const counts = made
    .textFileStream(`${root}/in`)
    .map((word) => [word, 1])
    .updateStateByKey((ones, sum) => ones.length + (sum ?? 0), 2);
  counts.map(([word, sum]) => `${word} ${sum}`).saveAsTextFiles(`${root}/out/counts`);
  return made;
});
await ssc.start();
await ssc.awaitTermination();
