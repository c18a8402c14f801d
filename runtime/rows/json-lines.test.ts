import { afterEach, describe, expect, test } from "vitest";
import { JsonLines } from "./json-lines.js";

const NAMES = ["id", "name", "n", "missing"];

/** What is read of each line's record, one text of them after the other. */
function read(texts: readonly string[], names: readonly string[] = NAMES): unknown[] {
  const lines = new JsonLines(names);
  return texts.flatMap((text) => {
    lines.open(text);
    const records: unknown[] = [];
    for (let start = 0; start < text.length; start = lines.end + 1) {
      const record = lines.at(start) as Record<string, unknown>;
      records.push(Object.fromEntries(names.map((name) => [name, record[name]])));
    }
    return records;
  });
}

/** The same as JSON.parse has it. */
function parsed(texts: readonly string[], names: readonly string[] = NAMES): unknown[] {
  const lines = texts.flatMap((text) => text.replace(/\r?\n$/, "").split(/\r?\n/));
  return lines.map((line) => {
    const record = JSON.parse(line) as Record<string, unknown>;
    return Object.fromEntries(names.map((name) => [name, record[name]]));
  });
}

describe("lines of JSON give what JSON.parse gives", () => {
  test.each<[what: string, ...texts: string[]]>([
    ["of one shape", '{"id":"a","n":1}\n{"id":"bb","n":22}\n{"id":"","n":-0}\n'],
    ["with spaces", '{ "id" : "a" , "n" : 1 } \n{ "id" : "b" , "n" : 2 } \n'],
    ["without a last line end", '{"id":"a"}\n{"id":"b"}'],
    ["ended as on Windows", '{"id":"a"}\r\n{"id":"b"}\r\n{"id":"c"}'],
    ["ended by a return alone", '{"id":"a"}\n{"id":"b"}\r'],
    ["of two shapes in turn", '{"id":"a","n":1}\n{"n":2,"id":"b"}\n{"id":"c","n":3}\n{"n":4,"id":"d"}\n'],
    [
      "of more shapes than are kept",
      [..."abcdefgh"].map((c) => `{"${c}":1,"id":"x${c}"}\n`.repeat(2)).join(""),
    ],
    [
      "with scalars of all kinds",
      '{"id":true,"n":null}\n{"id":false,"n":1e3}\n{"id":null,"n":-1.5E-2}\n{"id":0,"n":0.5}\n',
    ],
    ["with texts where numbers were", '{"id":1,"n":"x"}\n{"id":"1","n":2}\n{"id":1,"n":"y"}\n'],
    ["with escapes", '{"id":"a"}\n{"id":"a\\"b\\\\"}\n{"id":"\\u0041"}\n{"id":"c"}\n'],
    ["with objects and lists in them", '{"id":"a","n":{"x":[1]}}\n{"id":"b","n":[]}\n{"id":"c","n":1}\n'],
    ["with letters beyond ASCII", '{"id":"a"}\n{"id":"é"}\n{"id":"𝄞"}\n', '{"id":"b"}\n'],
    ["with no field", '{}\n{}\n{"id":1}\n{ }\n'],
    ["with a field twice", '{"id":1,"id":2}\n{"id":3,"id":4}\n'],
    [
      "with names that objects have",
      '{"__proto__":1,"id":2}\n{"__proto__":1,"id":3}\n{"toString":1,"id":4}\n',
    ],
    [
      "with long values",
      `{"id":"${"x".repeat(12)}"}\n{"id":"${"y".repeat(13)}"}\n{"id":"${"z".repeat(1000)}"}\n`,
    ],
    ["with long numbers", '{"n":1}\n{"n":123456789012345678901234567890}\n{"n":1e400}\n{"n":-0.0}\n'],
    ["that are no objects", '{"id":1}\n5\n"text"\n[1]\ntrue\n{"id":2}\n'],
    [
      "in several texts",
      '{"id":"a"}\n',
      '{"id":"b"}\n{"id":"c"}\n',
      `{"id":"${"d".repeat(500)}"}\n`,
      '{"id":"e"}\n',
    ],
  ])("%s", (_, ...texts) => {
    expect(read(texts)).toEqual(parsed(texts));
  });

  test.each([
    '{"id":"a"',
    '{"id":"a"}x',
    '{"id":"a"}}',
    '{"id":"a}',
    '{"id":a"}',
    '{"id":"a",}',
    '{"id":"\t"}',
    '{"id":01}',
    '{"id":1.}',
    '{"id":.5}',
    '{"id":1e}',
    '{"id":-}',
    '{"id":+1}',
    '{"id":tru}',
    '{"id":falsy}',
    '{"id":}',
    "",
  ])("and throw where that throws: %s", (line) => {
    const before = '{"id":"a"}\n{"id":1}\n';
    expect(() => JSON.parse(line)).toThrow(SyntaxError);
    expect(() => read([`${before}${line}\n${before}`])).toThrow(SyntaxError);
  });

  test("of any shape, in any order, with any line damaged", () => {
    const random = randomOf(7);
    for (let round = 0; round < 300; round++) {
      const text = Array.from(
        { length: 1 + random(20) },
        () => `${randomLine(random)}${random(9) === 0 ? "\r" : ""}\n`,
      );
      if (random(3) === 0) {
        const at = random(text.length);
        const line = text[at] ?? "";
        const cut = random(line.length);
        text[at] =
          `${line.slice(0, cut)}${['"', "\\", ",", "0", "", "\u0001", "é", "}"][random(8)]}${line.slice(cut + random(2)).replace(/\n*$/, "\n")}`;
      }
      const all = [text.join("")];
      expect(outcome(() => read(all))).toEqual(outcome(() => parsed(all)));
    }
  });
});

describe("a record", () => {
  test("of a shape that came before is no object of its own", () => {
    // Shapes are known by the names of their fields: no other test has this one.
    const lines = new JsonLines(["my"]);
    const text = '{"my":"a"}\n{"my":"b"}\n{"my":"c"}\n';
    lines.open(text);
    const [first, second, third] = [0, 11, 22].map((start) => lines.at(start));
    expect(third).toBe(second);
    expect(second).not.toBe(first);
  });

  test("that is a line at a time is told as a whole", () => {
    const lines = new JsonLines(["id"]);
    const text = '{"id":1,"x":[1]}\n{"id":2,"y":2}\n{"id":3,"y":3}\nnone\n';
    lines.open(text);
    const told: unknown[] = [];
    for (let start = 0; start < text.length; start = text.indexOf("\n", start) + 1) {
      try {
        lines.at(start);
      } catch {
        // the last one
      }
      told.push(lines.whole());
    }
    expect(told).toEqual([{ id: 1, x: [1] }, { id: 2, y: 2 }, { id: 3, y: 3 }, "none"]);
  });

  test("has values that stay when the next one comes", () => {
    const lines = new JsonLines(["id"]);
    const text = `${'{"id":"first of some length"}\n'.repeat(2)}{"id":"second of some length"}\n`;
    lines.open(text);
    lines.at(0);
    const first = (lines.at(lines.end + 1) as { id: string }).id;
    expect((lines.at(lines.end + 1) as { id: string }).id).toBe("second of some length");
    expect(first).toBe("first of some length");
  });
});

describe("where a program has a JSON.parse of its own", () => {
  const { parse } = JSON;
  afterEach(() => {
    JSON.parse = parse;
  });

  test("that is asked", () => {
    JSON.parse = () => ({ id: "own" });
    const text = '{"id":"a"}\n{"id":"b"}\n{"id":"c"}\n';
    expect(read([text], ["id"])).toEqual([{ id: "own" }, { id: "own" }, { id: "own" }]);
  });
});

function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return (error as Error).name;
  }
}

function randomOf(seed: number): (below: number) => number {
  let at = seed;
  return (below) => {
    at = (Math.imul(at, 1103515245) + 12345) & 0x7fffffff;
    return (at >> 8) % below;
  };
}

function randomLine(random: (below: number) => number): string {
  const names = ["id", "name", "n", "x"].slice(random(3));
  if (random(4) === 0) names.reverse();
  const space = random(2) === 0 ? " " : "";
  const values = ['"a"', '"some longer text"', "1", "-2.5e3", "true", "null", '"\\n"', "[1]", '""'];
  return `{${names.map((name) => `"${name}":${space}${values[random(random(2) === 0 ? 2 : values.length)]}`).join(`,${space}`)}}`;
}
