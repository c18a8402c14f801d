import { describe, expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";
import { StateSpec } from "../context/state-spec.js";
import { StreamingContext } from "../context/streaming-context.js";
import { losingContext } from "../engine/testing/losing-engine.js";
import { differences, type Fate } from "./random-programs.js";

const LIBRARY = { SparkContext, StreamingContext, StateSpec };

/** Those that once gave something else: what a state had forgotten was asked of it when a process went on. */
const ONCE_WRONG = [1041, 1219];

/** More of them, from another on: MILLRACE_SEEDS=1000+500. */
const { MILLRACE_SEEDS } = process.env;
const [first = 0, count = 12] = MILLRACE_SEEDS?.split("+").map(Number) ?? [];
const SEEDS = Array.from({ length: count }, (_, i) => first + i);

/** Up to three workers, each before it has got a task or when nobody knows yet that it is done. */
const losing: Fate["losing"] = (conf, random) => {
  const deaths = Array.from({ length: random.below(4) }, () => random.below(60));
  let asked = 0;
  return { sc: losingContext(conf, () => deaths.includes(asked++)), told: `workers lost at ${deaths}` };
};

describe.each(MILLRACE_SEEDS === undefined ? [...SEEDS, ...ONCE_WRONG] : SEEDS)(
  "a random program, %d, gives the same",
  (seed) => {
    test.each<[string, Fate]>([
      ["however it is laid out", {}],
      ["when workers are lost", { losing }],
      ["when its process ends, and is started again", { restarts: 3 }],
      ["when both happen", { restarts: 3, losing }],
    ])("%s", async (_what, fate) => {
      expect(await differences(LIBRARY, seed, fate)).toEqual([]);
    });
  },
);
