import type { SparkContext } from "../runtime/index.js";
import type { Benchmark } from "./benchmark.js";
import { type Contest, hold } from "./rdd/contest.js";
import { adCampaigns, DISTINCT_WORDS, eventsFile, wordsFile } from "./rdd/data.js";
import { withContext } from "./rdd/runtime.js";
import { forEachLine } from "./rdd/text-lines.js";

const WORDS = 30_000_000;
const EVENTS = 5_000_000;
const WINDOW_MS = 10_000;

/** RDDs that read lines of text. */
const text: Benchmark = {
  name: "rdd-text",
  summary: `RDDs that read files of text: ${WORDS / 1e6} M words of ${DISTINCT_WORDS.toLocaleString("en")} distinct, counted; ${EVENTS / 1e6} M events of the Yahoo streaming benchmark (254 bytes of JSON each), parsed, filtered, joined with a broadcast map and counted by campaign and window of 10 s`,
  run: (peers) => withContext((sc) => hold([wordCount(sc), yahoo(sc)], peers)),
};

export default text;

function wordCount(sc: SparkContext): Contest {
  const file = wordsFile(WORDS);
  return {
    id: "word-count",
    what: "word count",
    work: WORDS,
    unit: "words",
    goal: "≥ 1.6 × the loop",
    file,
    plain() {
      const counts = new Map<string, number>();
      forEachLine(file, (line) => {
        for (const word of line.split(" ")) counts.set(word, (counts.get(word) ?? 0) + 1);
      });
      return counts.size;
    },
    rdd: () =>
      sc
        .textFile(file)
        .flatMap((line) => line.split(" "))
        .map((word) => [word, 1])
        .reduceByKey((a, b) => a + b)
        .count(),
  };
}

interface AdEvent {
  ad_id: string;
  event_type: string;
  event_time: string;
}

function yahoo(sc: SparkContext): Contest {
  const file = eventsFile(EVENTS);
  const campaigns = adCampaigns();
  const shared = sc.broadcast(campaigns);
  return {
    id: "yahoo",
    what: "Yahoo events",
    work: EVENTS,
    unit: "events",
    goal: "≥ 2 M events/s",
    file,
    plain() {
      const counts = new Map<string, number>();
      forEachLine(file, (line) => {
        const event = JSON.parse(line) as AdEvent;
        if (event.event_type !== "view") return;
        const window = Math.floor(Number(event.event_time) / WINDOW_MS);
        const key = `${campaigns.get(event.ad_id)} ${window}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      });
      return counts.size;
    },
    rdd: () =>
      sc
        .textFile(file)
        .map((line) => JSON.parse(line) as AdEvent)
        .filter((event) => event.event_type === "view")
        .map((event) => {
          const window = Math.floor(Number(event.event_time) / WINDOW_MS);
          return [`${shared.value.get(event.ad_id)} ${window}`, 1];
        })
        .reduceByKey((a, b) => a + b)
        .count(),
  };
}
