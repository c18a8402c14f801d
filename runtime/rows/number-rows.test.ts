import { describe, expect, test } from "vitest";
import { DenseRows, wholeRange } from "./dense-rows.js";
import { KeyTable } from "./key-table.js";
import { NumberRows } from "./number-rows.js";

const nans = (...bits: bigint[]) => new Float64Array(BigUint64Array.from(bits).buffer);

describe("the rows of numbers are those of a table of any keys", () => {
  test.each<[what: string, numbers: number[]]>([
    ["none", []],
    ["the same ones again", [3, 1, 3, 2, 1]],
    ["zeros of both signs and no numbers", [0, -0, Number.NaN, 1, Number.NaN, 0]],
    [
      "fractions, infinities, great and small",
      [0.5, -0.5, 1e300, 5e-324, 1 / 0, -1 / 0, 2 ** 31, -(2 ** 31), 2 ** 53],
    ],
    ["no numbers of several kinds", [...nans(0x7ff8000000000000n, 0xfff8000000000000n, 0x7ff8000000000001n)]],
    ["more than were expected", Array.from({ length: 5000 }, (_, i) => (i * 7919) % 3001)],
    ["many that share their low bits", Array.from({ length: 3000 }, (_, i) => (i % 1000) * 2 ** 20)],
  ])("%s", (_, numbers) => {
    const table = new KeyTable<undefined>();
    const expected = numbers.map((number) => table.rowOf(number, undefined));
    const rows = new NumberRows(4);
    const middle = numbers.length >> 1;
    const given = [numbers.slice(0, middle), numbers.slice(middle)].flatMap((part) => [
      ...rows.of(Float64Array.from(part)),
    ]);
    expect(given).toEqual(expected);
    expect(rows.numbers).toEqual(table.keys);
  });
});

describe("the range of whole numbers", () => {
  test.each<[what: string, columns: number[][], range: object | undefined]>([
    ["none", [[]], undefined],
    ["some", [[3, -1], [], [7]], { least: -1, greatest: 7 }],
    ["a single one", [[0]], { least: 0, greatest: 0 }],
    ["a fraction among them", [[3], [0.5]], undefined],
    ["no number among them", [[3, Number.NaN]], undefined],
    ["one of more than 32 bits", [[2 ** 31]], undefined],
  ])("%s", (_, columns, range) => {
    expect(wholeRange(columns.map((column) => Float64Array.from(column)))).toEqual(range);
  });
});

test("numbers that lie close together get the rows that a table of any keys gives them", () => {
  const columns = [
    [5, -3, 5, 0],
    [7, -0, -3, 6],
  ];
  const table = new KeyTable<undefined>();
  const expected = columns.map((numbers) => numbers.map((number) => table.rowOf(number, undefined)));
  const rows = new DenseRows({ least: -3, greatest: 7 });
  expect(columns.map((numbers) => [...rows.of(Float64Array.from(numbers))])).toEqual(expected);
  expect(rows.numbers).toEqual(table.keys);
});
