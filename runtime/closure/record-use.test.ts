import { describe, expect, test } from "vitest";
import { freeNames } from "./free-names.js";

const recordOf = (source: string) => freeNames(source)?.record;

describe("a function", () => {
  test.each([
    "(text) => JSON.parse(text)",
    "text => { return JSON.parse(text); }",
    'function (line) { return JSON["parse"](line) }',
  ])("parses its record as JSON and nothing else: %s", (source) => {
    expect(recordOf(source)).toEqual({ kind: "json" });
  });

  test.each<[source: string, names: string[]]>([
    ["(event) => event.type === 'view'", ["type"]],
    ["event => [event.user, event['page'] + event.user]", ["page", "user"]],
    ["({ user, page: p = 1 }) => user + p", ["page", "user"]],
    ["(e) => { const { a, b: [c] } = e; return a ? c : e.d.length }", ["a", "b", "d"]],
    ["(e) => { for (const x of e.items) if (x === e.last) return true; return false }", ["items", "last"]],
    ["(e) => helper(e.a, { b: e.b }, [e.c])", ["a", "b", "c"]],
    ["function (e) { return e.a && new Date(e.b) }", ["a", "b"]],
    ["() => true", []],
  ])("reads some fields of its record: %s", (source, names) => {
    expect(recordOf(source)).toEqual({ kind: "fields", names });
  });

  test.each([
    "(e) => e",
    "(e) => helper(e)",
    "(e) => [e.a, e]",
    "(e) => ({ ...e })",
    "({ a, ...rest }) => a",
    "({ [name]: a }) => a",
    "(e) => e[name]",
    "(e) => e.a()",
    "(e) => e?.a",
    "(e) => e.tag`text`",
    "(e) => { e.a = 1; return e.a }",
    "(e) => { e.a++; return 1 }",
    "(e) => { delete e.a; return 1 }",
    "(e) => { [e.a] = [1]; return 1 }",
    "(e) => { ({ x: e.a } = other); return 1 }",
    "(e) => { for (e.a of list); return 1 }",
    "(e) => e.constructor",
    "(e) => e.toString",
    "(e) => 'a' in e",
    "(e) => () => e.a",
    "(e) => list.map((x) => x + e.a)",
    "(e) => { e = other; return e.a }",
    "function (e) { return arguments[0].a }",
    "function (e) { return eval('e').a }",
    "function (e) { var e; return e.a }",
    "function* (e) { yield e.a }",
    "async (e) => e.a",
    "(e = {}) => e.a",
    "(...all) => all[0].a",
    "(e, other = e) => other.a",
    "(text, reviver) => JSON.parse(text, reviver)",
    "(text) => JSON.parse(text.line)[text]",
    "(text) => JSON?.parse?.(text) ?? text",
    "(JSON) => JSON.parse(JSON)",
    "class { constructor(e) { this.a = e.a } }",
  ])("may do anything with its record: %s", (source) => {
    expect(recordOf(source)).toBeUndefined();
  });
});
