import { expect, test } from "vitest";
import { WholeLines } from "./whole-lines.js";

test.each([
  [
    ["npm ht", "tp fetch GET 200\nnpm", " warn old\n"],
    ["npm http fetch GET 200", "npm warn old"],
  ],
  [["a\n\nb"], ["a", "", "b"]],
  [["", "a", ""], ["a"]],
  [[], []],
])("the pieces %j are the lines %j", (pieces, lines) => {
  const taken: string[] = [];
  const whole = new WholeLines((line) => taken.push(line));
  for (const piece of pieces) whole.push(piece);
  whole.end();
  expect(taken).toEqual(lines);
});
