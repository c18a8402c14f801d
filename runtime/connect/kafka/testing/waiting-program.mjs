// Writes to a broker that is not there, and says how that ends.

import { SparkContext, StreamingContext } from "../../../../dist/index.js";

const sc = new SparkContext({ workers: 1 });
const ssc = new StreamingContext(sc, 100);
const [brokers, patience] = process.argv.slice(2);
ssc.queueStream([["a"]]).saveToKafka({ brokers, topic: "x", patience });
await ssc.start();
try {
  await ssc.awaitTermination();
} catch (error) {
  console.log(error.message);
}
await sc.stop();
