import { expect, test } from "vitest";
import { nearNames } from "./near-names.js";

const NAMES = ["header", "columns", "minPartitions", "maxRate", "maxLineBytes", "late", "key"];

test.each([
  ["heder", ["header"], "a letter left out"],
  ["headder", ["header"], "one too many"],
  ["haeder", ["header"], "two swapped"],
  ["minpartitions", ["minPartitions"], "another case"],
  ["max", ["maxRate", "maxLineBytes"], "the beginning of some"],
  ["keys", ["key"], "a plural"],
  ["x", [], "too short to be near to anything"],
  ["whatever", [], "far from all"],
])("%s may stand for %j: %s", (name, near) => {
  expect(nearNames(name, NAMES)).toEqual(near);
});
