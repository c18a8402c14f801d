/** The notebooks as they are shipped, run as `millrace run` does. Where the clock is manual, what they show is always the same. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { MillraceCommand } from "./testing/millrace-command.js";
import { shownBy } from "./testing/shown-by.js";

let millrace: MillraceCommand;
beforeEach(() => {
  millrace = new MillraceCommand();
});
afterEach(() => millrace.remove());

test("the notebook on RDDs shows parts, stages, and what a function may take along", async () => {
  expect(await shownBy(millrace, "02-rdds.ipynb")).toEqual({
    1: "[ [ 1, 2, 3 ], [ 4, 5, 6 ], [ 7, 8, 9, 10 ] ]",
    2: "'RDD(map, 3 partitions)'",
    3: expect.stringContaining("the function of `map` failed on the record 7: Error: no inverse of 7 today"),
    4: "[ 1, 0.5, 0.333 ]",
    5: "[ [ 'others', 37 ], [ 'threes', 18 ] ]",
    6: "(3) reduceByKey[5] [] +-(3) map[4] [] | parallelize[1] []",
    7: "[ 2, 4, 6 ]",
    8: expect.stringContaining("captures `sc`, a SparkContext, which cannot travel to a worker thread"),
    9: expect.stringContaining("captures `total`, and assigns to it"),
    10: "55",
    11: expect.stringMatching(
      /^Map\(4\) \{(?=.* 'one' => 1)(?=.* 'two' => 1)(?=.* 'three' => 1)(?=.* 'many' => 7)/,
    ),
    12: `[ '1 s: 3 words, 1 of them "to"', '2 s: 3 words, 1 of them "to"', '3 s: 0 words, 0 of them "to"' ]`,
  });
});

test("the notebook on windows gives the sums of each window", async () => {
  expect(await shownBy(millrace, "03-windows.ipynb")).toEqual({
    4: "{ '1': [ [ 'a', 1 ], [ 'b', 10 ] ] }",
    5: "{ '1': [ [ 'a', 1 ], [ 'b', 10 ] ], '2': [ [ 'a', 3 ], [ 'b', 10 ] ], '3': [ [ 'a', 6 ], [ 'b', 40 ] ] }",
    6: expect.stringMatching(
      /^sums: .* \(3 s\), 2 rows of \[string, number\] received: 5 records in 3 batches .* all rows key value b 40 a 6$/,
    ),
    7: "{ '1': [ [ 'a', 1 ], [ 'b', 10 ] ], '2': [ [ 'a', 3 ], [ 'b', 10 ] ], '3': [ [ 'a', 6 ], [ 'b', 40 ] ], '4': [ [ 'a', 5 ], [ 'b', 30 ] ], '5': [ [ 'a', 8 ], [ 'b', 30 ] ], '6': [ [ 'a', 5 ], [ 'b', 60 ] ] }",
    8: "{ '2': [ [ 'a', 3 ], [ 'b', 10 ] ], '4': [ [ 'a', 3 ], [ 'b', 30 ] ], '6': [ [ 'a', 5 ], [ 'b', 60 ] ] }",
    9: "{ '7': [ [ 'a', 1 ] ], '8': [ [ 'a', 3 ], [ 'b', 5 ] ], '9': [ [ 'a', 2 ], [ 'b', 5 ] ], '10': [], '11': [] }",
  });
});

test("the notebook on state gives the states and what was made of them", async () => {
  expect(await shownBy(millrace, "04-state.ipynb")).toEqual({
    4: "{ '1': [ [ 'ada', { pages: 1, away: 0 } ], [ 'bob', { pages: 1, away: 0 } ] ], '2': [ [ 'ada', { pages: 2, away: 0 } ], [ 'bob', { pages: 1, away: 1 } ] ], '3': [ [ 'ada', { pages: 2, away: 1 } ], [ 'bob', { pages: 1, away: 2 } ] ], '4': [ [ 'ada', { pages: 3, away: 0 } ], [ 'cyd', { pages: 1, away: 0 } ] ], '5': [ [ 'ada', { pages: 3, away: 1 } ], [ 'cyd', { pages: 1, away: 1 } ] ], '6': [ [ 'ada', { pages: 3, away: 2 } ], [ 'bob', { pages: 1, away: 0 } ], [ 'cyd', { pages: 1, away: 2 } ] ] }",
    5: expect.stringMatching(
      /^visitors: 3 keys .* all keys key value (?=.*ada \{ pages: 3, away: 2 \})(?=.*bob \{ pages: 1, away: 0 \})(?=.*cyd \{ pages: 1, away: 2 \})/,
    ),
    6: "{ '1': [ 'ada is at page 1', 'bob is at page 1' ], '2': [ 'ada is at page 2' ], '3': [], '4': [ 'ada is at page 3', 'bob left after /home', 'cyd is at page 1' ], '5': [], '6': [ 'bob is at page 1' ] }",
    7: "{ '1': [ [ 'ada', [ '/home' ] ], [ 'bob', [ '/home' ] ] ], '2': [ [ 'ada', [ '/home', '/shop' ] ], [ 'bob', [ '/home' ] ] ], '3': [ [ 'ada', [ '/home', '/shop' ] ], [ 'bob', [ '/home' ] ] ], '4': [ [ 'ada', [ '/home', '/shop', '/pay' ] ], [ 'cyd', [ '/home' ] ] ], '5': [ [ 'ada', [ '/home', '/shop', '/pay' ] ], [ 'cyd', [ '/home' ] ] ], '6': [ [ 'ada', [ '/home', '/shop', '/pay' ] ], [ 'bob', [ '/shop' ] ], [ 'cyd', [ '/home' ] ] ] }",
    9: "{ '5': [ 'ada: /home → /shop', 'bob: /home' ], '9': [ 'ada: /help' ] }",
    10: "[ '1 s north: average 10, change undefined, before undefined, rank 1', '1 s south: average 20, change undefined, before undefined, rank 1', '2 s north: average 11, change 2, before 10, rank 2', '3 s north: average 13, change 5, before 12, rank 3', '3 s south: average 19.5, change -1, before 20, rank 1', '4 s south: average 21, change 5, before 19, rank 3' ]",
  });
});

test("the notebook on recovery has the right totals after each accident", async () => {
  expect(await shownBy(millrace, "05-recovery.ipynb")).toEqual({
    2: expect.stringMatching(
      /failed on the record .*cannot process 25; it is left out \{ even: 480, odd: 500 \}$/,
    ),
    3: expect.stringContaining("the batch of second 3: the function of `map` failed on the record"),
    4: "[ { even: 600, odd: 625 }, true ]",
    5: "{ even: 210, odd: 225 }",
    6: expect.stringContaining(
      "EvaluatorDied: The evaluator process ended (signal SIGKILL) while this cell ran",
    ),
    7: "{ even: 600, odd: 625 }",
  });
});

test("the notebook on back pressure sees batches wait, and then no more", async () => {
  const shown = await shownBy(millrace, "06-back-pressure.ipynb");
  expect(shown[1]).toContain("stopped");
  expect(shown[3]).toMatch(/^the last 6 batches of \d+ .*(✔ done 100 [^✔]*of 500 ms [^✔]*){6}/);
  expect({ 4: shown[4], 6: shown[6] }).toEqual({
    4: "{ 'takes longer than the interval': true, 'waits longer and longer': true }",
    6: "{ 'begins with all that comes': true, 'then takes fewer': true }",
  });
});

test("the notebook on earthquakes finds the strong ones, and those that others went before", async () => {
  const shown = await shownBy(millrace, "07-earthquakes.ipynb");
  expect(shown[7]).toContain("'day 7': { '3': 14, '4': 16, '5': 7, '6': 1 }");
  expect(shown[8]).toContain("'6.1 21km NNE of Hualian, Taiwan', '6.4 22km NNE of Hualian, Taiwan'");
  expect(shown[9]).toContain("'6.4 22km NNE of Hualian, Taiwan, 49.6 h after 5.2'");
});

test("the notebook on monitoring tells each change once", async () => {
  const shown = await shownBy(millrace, "08-monitoring.ipynb");
  expect(shown[5]).toBe(
    "[ '15 s: checkout is ill: 20 % errors', '30 s: checkout is well again: 1.4 % errors' ]",
  );
  expect(shown[6]).toBe("[ [ 5, [] ], [ 16, [ 'search' ] ], [ 20, [ 'search' ] ], [ 30, [ 'search' ] ] ]");
});

test("the notebook on recommendations has the new book beside every other", async () => {
  const shown = await shownBy(millrace, "09-recommendations.ipynb");
  expect(shown[4]).not.toContain("Dune");
  for (const book of ["Emma", "Momo", "Ulysses"]) expect(shown[5]).toContain(`${book}: 'Dune, `);
  expect(shown[6]).toMatch(/^recommended: 8 steps in 4 stages\. The last batch gave 12 rows\./);
});
