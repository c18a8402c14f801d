import { expect, test } from "vitest";
import { capture } from "./capture.js";

const idOf = (value: unknown) => capture(() => value).id;

test("a function has one id, however much of what captures it V8 has compiled", () => {
  const add = (a: number, b: number) => a + b;
  const ids = new Set(Array.from({ length: 3000 }, () => capture(add).id));
  expect(ids.size).toBe(1);
});

test("values that are equal make one id, however V8 holds them", () => {
  const withRoom = new Array<number>(3);
  withRoom.push(0);
  withRoom.length = 0;
  withRoom.push(1, 2, 3);
  const fractions = [1.5, 2, 3];
  fractions[0] = 1;
  const wide = "a text of one-byte characters€".slice(0, -1);
  expect(idOf(withRoom)).toBe(idOf([1, 2, 3]));
  expect(idOf(fractions)).toBe(idOf([1, 2, 3]));
  expect(idOf({ wide })).toBe(idOf({ wide: "a text of one-byte characters" }));
});

test("values that are not equal make two", () => {
  const shared = [1];
  const circle: unknown[] = [];
  circle.push(circle);
  const values = [
    0,
    -0,
    "0",
    0n,
    undefined,
    null,
    [],
    {},
    [undefined],
    new Array(1),
    [0, 1],
    { 0: 0, 1: 1 },
    [shared, shared],
    [[1], [1]],
    circle,
    [[]],
    new Set([1, 2]),
    new Set([[1, 2]]),
    new Map([[1, 2]]),
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    { a: "1\n2" },
    "\ud800",
    "\ud801",
    new Date(0),
    new Date(1),
    /a/,
    /a/g,
    new Uint8Array([1]),
    new Uint8Array([2]),
    new Int8Array([1]),
  ];
  expect(new Set(values.map(idOf)).size).toBe(values.length);
});
