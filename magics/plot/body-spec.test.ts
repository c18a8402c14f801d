import { expect, test } from "vitest";
import { bodySpec } from "./body-spec.js";

const input = { stream: "trades", rows: [{ price: 3 }] };
const evaluate = async (code: string): Promise<unknown> => new Function(`return (${code})`)();

test.each([
  ["JSON", '{ "mark": "bar" }', { mark: "bar" }],
  ["an object literal of TypeScript", '{ mark: "bar", }', { mark: "bar" }],
  ["an expression", "Object.assign({}, { mark: 'line' })", { mark: "line" }],
  [
    "a function, which is given the stream's name and its rows",
    "({ stream, rows }) => ({ title: stream, height: rows.length })",
    { title: "trades", height: 1 },
  ],
])("the body is %s", async (_what, body, spec) => {
  expect(await bodySpec(body, input, evaluate)).toEqual(spec);
});

test("JSON is never run as code", async () => {
  const refuse = () => Promise.reject(new Error("it was run"));
  expect(await bodySpec('{ "mark": "bar" }', input, refuse)).toEqual({ mark: "bar" });
});

test("an empty body is an error that says what belongs there", async () => {
  await expect(bodySpec(" \n", input, evaluate)).rejects.toThrow(
    /takes a Vega-Lite specification in the lines below it/,
  );
});
