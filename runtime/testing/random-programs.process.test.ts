import { expect, test } from "vitest";
import { differences, type Fate, type Library } from "./random-programs.js";

// The built library, as a program would import it: its workers are threads.
const library: Library = await import("../../dist/index.js" as string);

/** More of them, from another on: MILLRACE_SEEDS=1000+500. */
const [FIRST = 0, SEEDS = 4] = (process.env.MILLRACE_SEEDS ?? "0+4").split("+").map(Number);

/** Up to three threads end in the midst of a function of the program. */
const losing: Fate["losing"] = (conf, random) => {
  const deaths = Array.from({ length: random.below(4) }, () => 1 + random.below(80));
  const left = Int32Array.from(deaths);
  const shared = new Int32Array(new SharedArrayBuffer(left.byteLength));
  shared.set(left);
  const calls = () => {
    for (let death = 0; death < shared.length; death++)
      if (Atomics.sub(shared, death, 1) === 1) process.exit(9);
  };
  return { sc: new library.SparkContext(conf), calls, told: `threads ended at the calls ${deaths}` };
};

test.each(Array.from({ length: SEEDS }, (_, i) => FIRST + i))(
  "a random program, %d, gives the same when threads end in its functions, and its process",
  async (seed) => {
    expect(await differences(library, seed, { losing })).toEqual([]);
    expect(await differences(library, seed, { losing, restarts: 2 })).toEqual([]);
  },
);
