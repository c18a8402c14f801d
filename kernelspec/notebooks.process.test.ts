/** The notebooks whose clock is manual, as they are shipped: what they show is always the same. */

import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packageRoot } from "./package-root.js";
import { MillraceCommand } from "./testing/millrace-command.js";

let millrace: MillraceCommand;
beforeEach(() => {
  millrace = new MillraceCommand();
});
afterEach(() => millrace.remove());

/** What each cell that shows something showed, by the number of the cell. */
async function shownBy(notebook: string): Promise<Record<string, string>> {
  const { status, stdout, stderr } = await millrace.run("run", join(packageRoot, "notebooks", notebook));
  expect(stderr).toMatch(/^\n\d+ cells ran\n$/);
  expect(status).toBe(0);
  const cells = [...stdout.matchAll(/^\[(\d+)\] .*\n((?: {4}.*\n)*)/gm)];
  return Object.fromEntries(
    cells.flatMap(([, number = "", shown = ""]) =>
      shown === "" ? [] : [[number, shown.replace(/\s+/g, " ").trim()]],
    ),
  );
}

test("the notebook on windows gives the sums of each window", async () => {
  expect(await shownBy("02-windows.ipynb")).toEqual({
    4: "{ '1': [ [ 'a', 1 ], [ 'b', 10 ] ] }",
    5: "{ '1': [ [ 'a', 1 ], [ 'b', 10 ] ], '2': [ [ 'a', 3 ], [ 'b', 10 ] ], '3': [ [ 'a', 6 ], [ 'b', 40 ] ] }",
    6: "{ '1': [ [ 'a', 1 ], [ 'b', 10 ] ], '2': [ [ 'a', 3 ], [ 'b', 10 ] ], '3': [ [ 'a', 6 ], [ 'b', 40 ] ], '4': [ [ 'a', 5 ], [ 'b', 30 ] ], '5': [ [ 'a', 8 ], [ 'b', 30 ] ], '6': [ [ 'a', 5 ], [ 'b', 60 ] ] }",
    7: "{ '2': [ [ 'a', 3 ], [ 'b', 10 ] ], '4': [ [ 'a', 3 ], [ 'b', 30 ] ], '6': [ [ 'a', 5 ], [ 'b', 60 ] ] }",
    8: "{ '7': [ [ 'a', 1 ] ], '8': [ [ 'a', 3 ], [ 'b', 5 ] ], '9': [ [ 'a', 2 ], [ 'b', 5 ] ], '10': [], '11': [] }",
  });
});

test("the notebook on state gives the states and what was made of them", async () => {
  expect(await shownBy("03-state.ipynb")).toEqual({
    4: "{ '1': [ [ 'ada', { pages: 1, away: 0 } ], [ 'bob', { pages: 1, away: 0 } ] ], '2': [ [ 'ada', { pages: 2, away: 0 } ], [ 'bob', { pages: 1, away: 1 } ] ], '3': [ [ 'ada', { pages: 2, away: 1 } ], [ 'bob', { pages: 1, away: 2 } ] ], '4': [ [ 'ada', { pages: 3, away: 0 } ], [ 'cyd', { pages: 1, away: 0 } ] ], '5': [ [ 'ada', { pages: 3, away: 1 } ], [ 'cyd', { pages: 1, away: 1 } ] ], '6': [ [ 'ada', { pages: 3, away: 2 } ], [ 'bob', { pages: 1, away: 0 } ], [ 'cyd', { pages: 1, away: 2 } ] ] }",
    5: "{ '1': [ 'ada is at page 1', 'bob is at page 1' ], '2': [ 'ada is at page 2' ], '3': [], '4': [ 'ada is at page 3', 'bob left after /home', 'cyd is at page 1' ], '5': [], '6': [ 'bob is at page 1' ] }",
    6: "{ '1': [ [ 'ada', [ '/home' ] ], [ 'bob', [ '/home' ] ] ], '2': [ [ 'ada', [ '/home', '/shop' ] ], [ 'bob', [ '/home' ] ] ], '3': [ [ 'ada', [ '/home', '/shop' ] ], [ 'bob', [ '/home' ] ] ], '4': [ [ 'ada', [ '/home', '/shop', '/pay' ] ], [ 'cyd', [ '/home' ] ] ], '5': [ [ 'ada', [ '/home', '/shop', '/pay' ] ], [ 'cyd', [ '/home' ] ] ], '6': [ [ 'ada', [ '/home', '/shop', '/pay' ] ], [ 'bob', [ '/shop' ] ], [ 'cyd', [ '/home' ] ] ] }",
  });
});
