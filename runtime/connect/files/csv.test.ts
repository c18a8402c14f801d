import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { ParsedRDD } from "../../context/parsed-rdd.js";
import { SparkContext } from "../../context/spark-context.js";
import { Random } from "../../rows/random.js";
import type { CsvOptions } from "./csv-file.js";
import { temporaryFolder } from "./testing/temporary-folder.js";

const folder = temporaryFolder();
const sc = new SparkContext({ workers: 2, threads: false });

let files = 0;

/** A file of this text; its path. */
function file(text: string | Uint8Array, ending = ".csv"): string {
  files += 1;
  folder.write({ [`${files}${ending}`]: text });
  return folder.in(`${files}${ending}`);
}

const read = (text: string, options: CsvOptions = {}) => sc.csv<unknown>(file(text), options).collect();

describe("a record is an array of its fields", () => {
  test.each<[what: string, text: string, records: string[][], options?: CsvOptions]>([
    [
      "with commas between",
      "a,b\nc,d\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "the last without an end",
      "a,b\nc,d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "that ends with \\r\\n",
      "a,b\r\nc,d\r\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "without empty lines",
      "\na,b\n\n\r\nc,d\n\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["without the half of a line end at the end", "a,b\n\r", [["a", "b"]]],
    [
      "of which some are empty",
      ",b,\n,,\n",
      [
        ["", "b", ""],
        ["", "", ""],
      ],
    ],
    ["without a byte order mark", "\ufeffa,b\n", [["a", "b"]]],
    [
      "in quotes",
      '"a","b"\n"c",d\n',
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["in quotes with nothing in them", '""\n"",""\n', [[""], ["", ""]]],
    ["in quotes with delimiters in them", '"a,b",c\n', [["a,b", "c"]]],
    ["in quotes with quotes in them", '"a ""b"" c",""""\n', [['a "b" c', '"']]],
    ["with quotes that do not begin them", 'a "b" c,d"\n', [['a "b" c', 'd"']]],
    ["with blanks that are kept", " a , b \n", [[" a ", " b "]]],
    ["of as many as there are in each line", "a\nb,c\n", [["a"], ["b", "c"]]],
    [
      "of any script",
      "é,\u{1f600}\n日,本\n",
      [
        ["é", "\u{1f600}"],
        ["日", "本"],
      ],
    ],
    ["with another delimiter", "a\tb\n", [["a", "b"]], { delimiter: "\t" }],
    ["with another quote", "'a;b';\"c\n", [["a;b", '"c']], { delimiter: ";", quote: "'" }],
    ["with no quote", '"a,b"\n', [['"a', 'b"']], { quote: "" }],
    ["with another escape", '"a \\"b\\" \\\\ \\n","c"\n', [['a "b" \\ \\n', "c"]], { escape: "\\" }],
  ])("%s", async (_what, text, records, options = {}) => {
    expect(await read(text, options)).toEqual(records);
    expect(await read(text, { ...options, multiLine: true }), "with multiLine").toEqual(records);
  });

  test("that has line ends in its fields, with multiLine", async () => {
    const text = 'a,"b\nc"\r\n"\r\n","d\n\n"\n';
    expect(await read(text, { multiLine: true })).toEqual([
      ["a", "b\nc"],
      ["\r\n", "d\n\n"],
    ]);
  });

  test("of a file that is compressed", async () => {
    const path = file(gzipSync("a,b\nc,d\n"), ".csv.gz");
    expect(await sc.csv(path).collect()).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(await sc.csv(path, { multiLine: true }).count()).toBe(2);
  });
});

describe("what is written is read again, whatever it is", () => {
  const PARTS = [
    "a",
    "é",
    "\u{1f600}",
    ",",
    ";",
    '"',
    "'",
    "\\",
    "\n",
    "\r\n",
    "\r",
    " ",
    "",
    "x".repeat(3000),
  ];

  test.each<[what: string, options: CsvOptions]>([
    ["by RFC 4180", {}],
    ["with other characters", { delimiter: ";", quote: "'" }],
    ["with an escape", { escape: "\\" }],
  ])("%s: random fields, in files that are longer than what is read at a time", async (what, options) => {
    const random = new Random(4180);
    const pick = (below: number) => Math.floor(random.next() * below);
    const field = () => Array.from({ length: pick(5) }, () => PARTS[pick(PARTS.length)]).join("");
    const rows = Array.from({ length: 1500 }, () => Array.from({ length: 1 + pick(4) }, field));
    const path = folder.in(`random ${what}`);
    await sc.parallelize(rows, 3).saveAsCsv(path, options);
    expect(await sc.csv<string[]>(path, { ...options, multiLine: true }).collect()).toEqual(rows);
  });

  test.each([1, 2, 7, 40])(
    "and cut at line ends into %i partitions it has the same records",
    async (minPartitions) => {
      const random = new Random(minPartitions);
      const rows = Array.from({ length: 400 }, (_, i) => [
        String(i),
        random.next() < 0.5 ? `"é",${i}` : "",
        "x",
      ]);
      const path = folder.in(`cut ${minPartitions}`);
      await sc.parallelize(rows, 1).saveAsCsv(path, { header: true, columns: ["id", "name", "x"] });
      const cut = sc.csv(path, { header: true, minPartitions });
      expect(cut.getNumPartitions()).toBeGreaterThanOrEqual(minPartitions);
      expect(await cut.collect()).toEqual(rows.map(([id, name, x]) => ({ id, name, x })));
    },
  );
});

describe("with names a record is an object", () => {
  test("from the first record of each file, whatever the order there", async () => {
    folder.write({
      "headers/a.csv": "id,name\n1,x\n2,y\n",
      "headers/b.csv": "name,id\nz,3\n",
      "headers/c.csv": "",
    });
    const rdd = sc.csv(folder.in("headers"), { header: true, types: { id: "number" } });
    expect(await rdd.collect()).toEqual([
      { id: 1, name: "x" },
      { id: 2, name: "y" },
      { id: 3, name: "z" },
    ]);
  });

  test("from the program, in place of those in the file or where there are none", async () => {
    expect(await read("1,x\n", { columns: ["id", "name"] })).toEqual([{ id: "1", name: "x" }]);
    expect(await read("a,b\n1,x\n", { header: true, columns: ["id", "name"] })).toEqual([
      { id: "1", name: "x" },
    ]);
  });

  test("and a column without a name, or with one of another, has its number, as in Spark", async () => {
    expect(await read("a,,a\n1,2,3\n", { header: true })).toEqual([{ a0: "1", _c1: "2", a2: "3" }]);
  });

  test("and may be called as what all objects have", async () => {
    expect(
      await read("constructor,toString\nFerrari,1\n", {
        header: true,
        types: { toString: "number" as const },
      }),
    ).toEqual([{ constructor: "Ferrari", toString: 1 }]);
  });

  test("that are called __proto__ too, written and read", async () => {
    const [record] = (await read("__proto__,a\nx,1\n", { header: true })) as object[];
    expect(Object.entries(record as object)).toEqual([
      ["__proto__", "x"],
      ["a", "1"],
    ]);
    const rows = [JSON.parse('{"__proto__":"x","a":1}') as object, { a: 2 }];
    const path = folder.in("proto");
    await sc.parallelize(rows, 1).saveAsCsv(path, { header: true });
    expect(await sc.textFile(path).collect()).toEqual(["__proto__,a", "x,1", ",2"]);
  });

  test("of which no two are the same, also when they have numbers", async () => {
    await expect(read("a,a,a0\n1,2,3\n", { header: true })).rejects.toThrow(
      "has two columns named a0 (a0, a1, a0); give columns with a name of its own for each",
    );
  });

  test("of the types that are said", async () => {
    const text = 'id,ok,when,name\n1.5,true,2024-05-01T10:00:00Z,x\n-2e3,FALSE,2024-05-01,""\n,,,\n';
    const types = { id: "number", ok: "boolean", when: "date" } as const;
    expect(await read(text, { header: true, types })).toEqual([
      { id: 1.5, ok: true, when: new Date("2024-05-01T10:00:00Z"), name: "x" },
      { id: -2000, ok: false, when: new Date("2024-05-01"), name: "" },
      { id: null, ok: null, when: null, name: "" },
    ]);
  });

  test.each([
    ["numbers", ["1", "-2.5", "1e3", "", ".5"], "number"],
    ["booleans", ["true", "False", ""], "boolean"],
    ["dates", ["2024-05-01", "2024-05-01 10:00", "2024-05-01T10:00:00.123+02:00"], "object"],
    ["texts: numbers with a leading zero", ["007", "12"], "string"],
    ["texts: words", ["1", "x"], "string"],
    ["texts: a day that is none", ["2024-02-29", "2024-02-30"], "string"],
    ["texts: hexadecimal numbers", ["0x10"], "string"],
    ["texts: nothing", ["", ""], "string"],
  ])("of the types that all of their fields fit: %s", async (_what, fields, type) => {
    const rows = await sc
      .csv(file(`a,b\n${fields.map((field) => `x,${field}`).join("\n")}\n`), { header: true, types: "infer" })
      .collect();
    const types = new Set(rows.flatMap(({ b }) => (b === null ? [] : [typeof b])));
    expect([...types]).toEqual([type]);
    expect(rows).toHaveLength(fields.length);
  });

  test("and TypeScript knows it", () => {
    const path = file("id,name\n");
    expectTypeOf(sc.csv(path)).toEqualTypeOf<ParsedRDD<string[]>>();
    expectTypeOf(sc.csv(path, { delimiter: ";" })).toEqualTypeOf<ParsedRDD<string[]>>();
    expectTypeOf(sc.csv(path, { header: true })).toEqualTypeOf<ParsedRDD<Record<string, string>>>();
    expectTypeOf(sc.csv(path, { header: true, types: { id: "number", name: "string" } })).toEqualTypeOf<
      ParsedRDD<{ id: number | null; name: string }>
    >();
    expectTypeOf(sc.csv(path, { columns: ["id", "name"], types: { id: "date" } })).toEqualTypeOf<
      ParsedRDD<{ id: Date | null; name: string }>
    >();
    expectTypeOf(sc.csv<{ id: number }>(path, { header: true })).toEqualTypeOf<ParsedRDD<{ id: number }>>();
  });
});

describe("a bad record", () => {
  const types = { id: "number" } as const;
  test.each<[what: string, text: string, message: string | RegExp, options?: CsvOptions]>([
    [
      "of another type",
      "id,b\n1,x\ntwo,y\n",
      'line 3 of PATH is no CSV record: two,y ("two" in the column id is no number)',
    ],
    [
      "with fewer fields than columns",
      "id,b\n1\n",
      "line 2 of PATH is no CSV record: 1 (it has 1 fields, and there are 2 columns)",
    ],
    ["with more fields than columns", "id,b\n1,2,3\n", "it has 3 fields, and there are 2 columns"],
    ["with text after a quote", 'id,b\n1,"x"y\n', 'after a field in quotes comes "y"'],
    [
      "with a quote that does not end",
      'id,b\n1,"x\n2,y\n',
      'line 2 of PATH is no CSV record: 1,"x (a field in quotes does not end; where fields have line ends in them, give multiLine: true)',
    ],
    [
      "in a file that is read whole",
      'id,b\n1,"x\ny"\n2,"x\n3,z\n',
      'line 4 of PATH is no CSV record: 2,"x (a field in quotes does not end)',
      { multiLine: true },
    ],
  ])("%s fails the action with its line and its file", async (_what, text, message, options) => {
    const path = file(text);
    const failed = sc.csv(path, { header: true, types, ...options }).count();
    await expect(failed).rejects.toMatchObject({
      code: "RT_BAD_LINE",
      message: expect.stringContaining(String(message).replace("PATH", path)),
    });
  });

  test.each([false, true])(
    "is left out or null, and the next ones are read: multiLine %s",
    async (multiLine) => {
      const path = file('id,b\n1,x\n2\n3,"y"z\n4,w\n');
      const skipped = sc.csv(path, { header: true, types, multiLine, badLines: "skip" });
      expect(await skipped.collect()).toEqual([
        { id: 1, b: "x" },
        { id: 4, b: "w" },
      ]);
      expect(skipped.badLines).toBe(2);
      const nulls = sc.csv(path, { header: true, types, multiLine, badLines: "null" });
      expect(await nulls.collect()).toEqual([{ id: 1, b: "x" }, null, null, { id: 4, b: "w" }]);
      expect(nulls.badLines).toBe(2);
    },
  );

  test.each<[what: string, options: CsvOptions, message: string]>([
    [
      "a delimiter of two characters",
      { delimiter: "::" },
      "delimiter, quote and escape are one character each",
    ],
    ["a delimiter that is the quote", { delimiter: '"' }, "the delimiter another one than the others"],
    [
      "a policy that is none",
      { badLines: "drop" as "skip" },
      'badLines is "fail", "skip" or "null", not drop',
    ],
    ["names that are the same", { columns: ["a", "a"] }, "has two columns named a (a, a); give columns"],
    ["types without names", { types: { a: "number" } }, "give header: true, or columns"],
    [
      "a type of a column that is not there",
      { header: true, types: { c: "number" } },
      "has no column c, of which a type is given; its columns are a, b",
    ],
    [
      "a type that is none",
      { header: true, types: { a: "int" as "number" } },
      "the type of a is string, number, boolean, date, not int",
    ],
  ])("options are checked when it is declared: %s", (_what, options, message) => {
    expect(() => sc.csv<unknown>(file("a,b\n1,2\n"), options)).toThrow(message);
  });
});

describe("saveAsCsv", () => {
  test("writes objects by the fields of the first one, with a header in each file if it is asked for", async () => {
    const rdd = sc.parallelize<{ a: unknown; b: unknown }>(
      [
        { a: 1, b: 'x,"y"' },
        { b: new Date(0), a: true },
        { a: null, b: undefined },
      ],
      1,
    );
    await rdd.saveAsCsv(folder.in("objects"), { header: true });
    expect(readFileSync(folder.in("objects", "part-00000"), "utf8")).toBe(
      'a,b\n1,"x,""y"""\ntrue,1970-01-01T00:00:00.000Z\n,\n',
    );
  });

  test("writes single values, and nothing as what is no empty line", async () => {
    await sc.parallelize(["a", "", "b\nc"], 1).saveAsCsv(folder.in("values"));
    expect(readFileSync(folder.in("values", "part-00000"), "utf8")).toBe('a\n""\n"b\nc"\n');
  });

  test.each<[what: string, rows: unknown[], options: object, message: string]>([
    ["a field that is an object", [[{ a: 1 }]], {}, "CSV has no field for [object Object]"],
    [
      "a field in no column",
      [{ a: 1 }, { a: 1, c: 2 }],
      {},
      "the record has a field c, and the columns are a",
    ],
    [
      "a header without names",
      [[1, 2]],
      { header: true },
      "a header needs names, and these records have none",
    ],
    [
      "a delimiter in a field, without quotes",
      [["a,b"]],
      { quote: "" },
      "without quotes no field has a delimiter",
    ],
  ])("refuses %s", async (_what, rows, options, message) => {
    await expect(sc.parallelize(rows, 1).saveAsCsv(folder.in("refused"), options)).rejects.toThrow(message);
  });
});

describe("bad lines are counted", () => {
  const lines = Array.from({ length: 300 }, (_, i) => (i % 10 === 3 ? "{" : `{"a":${i}}`));
  const jsonLines = () =>
    sc.jsonLines<{ a: number }>(file(lines.join("\n"), ".jsonl"), { badLines: "skip", minPartitions: 4 });

  test("once, however many actions read them", async () => {
    const rdd = jsonLines();
    expect(rdd.badLines).toBe(0);
    expect(await rdd.count()).toBe(270);
    expect(rdd.badLines).toBe(30);
    await rdd
      .map(({ a }) => [a % 2, 1] as [number, number])
      .reduceByKey((a, b) => a + b)
      .collect();
    expect(rdd.badLines).toBe(30);
  });

  test("as far as an action reads", async () => {
    const rdd = jsonLines();
    await rdd.take(1);
    expect(rdd.badLines).toBeLessThan(30);
    await rdd.count();
    expect(rdd.badLines).toBe(30);
  });

  test("and not by a task that failed", async () => {
    const rdd = jsonLines();
    const failing = rdd.map(({ a }) => {
      if (a === 299) throw new Error("no");
      return a;
    });
    await expect(failing.count()).rejects.toThrow("no");
    expect(rdd.badLines).toBeLessThan(30);
  });
});
