import { seededRandom } from "../magics/source/seeded-random.js";
import type { Benchmark } from "./benchmark.js";
import { inTurn } from "./measure.js";

const { SparkContext, StreamingContext }: typeof import("../runtime/index.js") = await import(
  "../dist/index.js" as string
);

const LINES = 300_000;
const WORDS_PER_LINE = 10;
const DISTINCT = 20_000;
const RUNS = 9;
const WARMUPS = 4;

/** B1a: a batch of seeded lines, counted by word. */
const wordCount: Benchmark = {
  name: "word-count",
  summary: `B1a: ${LINES.toLocaleString("en")} lines × ${WORDS_PER_LINE} words of ${DISTINCT.toLocaleString("en")} distinct, reduceByKey per batch through the public DStream API, bytes in memory as source`,
  async run() {
    const bytes = text();
    const sc = new SparkContext();
    const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
    const rdd = sc.textBytes(bytes);
    const queue: (typeof rdd)[] = [];
    let distinct = 0;
    ssc
      .queueStream(queue)
      .flatMap((line) => line.split(" "))
      .map((word) => [word, 1])
      .reduceByKey((a, b) => a + b)
      .foreachRDD(async (counts) => {
        distinct = await counts.count();
      });
    await ssc.start();
    const streamed = async () => {
      queue.push(rdd);
      await ssc.advance(1000);
      if (distinct !== DISTINCT) throw new Error(`${distinct} distinct words were counted, not ${DISTINCT}`);
      return LINES * WORDS_PER_LINE;
    };
    const [loop, stream] = await inTurn(
      [
        { name: "hand-written loop, one thread", run: () => handWritten(bytes) },
        { name: `DStream, ${sc.defaultParallelism} task threads`, run: streamed },
      ],
      RUNS,
      WARMUPS,
    );
    await ssc.stop(true);
    if (loop === undefined || stream === undefined) throw new Error("nothing was measured");
    const rate = (perSecond: number) => `${(perSecond / 1e6).toFixed(2)} M words/s`;
    return {
      rows: [
        { what: loop.name, value: rate(loop.perSecond), ratio: "" },
        {
          what: stream.name,
          value: rate(stream.perSecond),
          ratio: `${(stream.perSecond / loop.perSecond).toFixed(2)} × the loop`,
        },
      ],
      data: [loop, stream],
    };
  },
};

export default wordCount;

function text(): Uint8Array {
  const random = seededRandom(42);
  const lines: string[] = [];
  for (let i = 0; i < LINES; i++) {
    const words: string[] = [];
    for (let j = 0; j < WORDS_PER_LINE; j++) words.push(`w${Math.floor(random() * DISTINCT)}`);
    lines.push(words.join(" "));
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

/** What one would write without a library, made fast: one string, one Map. */
function handWritten(bytes: Uint8Array): number {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const counts = new Map<string, number>();
  let words = 0;
  for (let start = 0; start < all.length; ) {
    const newline = all.indexOf("\n", start);
    const end = newline < 0 ? all.length : newline;
    for (const word of all.slice(start, end).split(" ")) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
      words++;
    }
    start = end + 1;
  }
  if (counts.size !== DISTINCT)
    throw new Error(`${counts.size} distinct words were counted, not ${DISTINCT}`);
  return words;
}
