// A program whose receiver stores numbers, five at a time from the first that it was not told of, and says on stdout which are
// stored. It is killed at any moment and started again; see receiver-kills.process.test.ts.

import { join } from "node:path";
import { Receiver, SparkContext, StreamingContext } from "../../../../dist/index.js";

const [root, from] = [process.argv[2], Number(process.argv[3])];
const checkpoint = join(root, "checkpoint");

class Numbers extends Receiver {
  onStart() {
    void this.#store();
  }

  onStop() {
    // It looks at isStopped.
  }

  async #store() {
    for (let next = from; !this.isStopped(); next += 5) {
      await this.storeAll(Array.from({ length: 5 }, (_, i) => next + i));
      process.stdout.write(`${next + 5}\n`);
    }
  }
}

const ssc = await StreamingContext.getOrCreate(checkpoint, () => {
  const made = new StreamingContext(new SparkContext({ workers: 2 }), 100, { maxRate: 2000 });
  made.checkpoint(checkpoint);
  made.receiverStream(new Numbers()).saveAsTextFiles(join(root, "out", "numbers"));
  return made;
});
await ssc.start();
await ssc.awaitTermination();
