/**
 * Counts the words of some lines, then those of a stream, without a notebook: `npx ts-node word-count.ts`.
 * Functions given to `map` and its like run on worker threads, with copies of what they use of the program.
 */

import { Seconds, SparkContext, StreamingContext } from "millrace";

const LINES = ["the mill by the race", "the race turns the wheel"];
const SMALL = new Set(["by", "the"]);

const words = (line: string): string[] => line.split(" ").filter((word) => !SMALL.has(word));

async function main(): Promise<void> {
  const sc = new SparkContext({ appName: "word count" });
  const counts = await sc
    .parallelize(LINES)
    .flatMap(words)
    .map((word): [string, number] => [word, 1])
    .reduceByKey((a, b) => a + b)
    .sortByKey()
    .collect();
  console.log(counts);

  // The same of a stream, one line a second in virtual time, over the last two.
  const ssc = new StreamingContext(sc, Seconds(1), { clock: "manual" });
  ssc
    .queueStream(LINES.map((line) => [line]))
    .flatMap(words)
    .map((word): [string, number] => [word, 1])
    .reduceByKeyAndWindow((a, b) => a + b, Seconds(2), Seconds(1))
    .foreachRDD(async (rdd, time) => console.log(time.ms, await rdd.sortByKey().collect()));
  await ssc.start();
  await ssc.advance(2000);
  await ssc.stop();
}

void main();
