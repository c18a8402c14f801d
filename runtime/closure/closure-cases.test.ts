import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { importHere } from "../pool/import-module.js";
import { capture } from "./capture.js";
import { materialize } from "./materialize.js";
import { StandIns } from "./stand-in.js";
import { REFUSED, TRAVELS } from "./testing/closure-cases.js";
import { writeProgram } from "./testing/closure-program.js";
import type { ThreadServices } from "./thread-services.js";

// As modules of Node's own, since what compiles the tests makes imports of its own.
const CONTEXT = `
  const stays = Symbol.for("millrace.staysHere");
  export const sc = { [stays]: "a SparkContext", range: () => ({ [stays]: "an RDD" }) };
`;
const folder = mkdtempSync(join(tmpdir(), "millrace-closures-"));
const cases = [...TRAVELS, ...REFUSED];
writeProgram(folder, cases, { language: "js", modules: "module" }, CONTEXT);
afterAll(() => rmSync(folder, { recursive: true }));

const thread: ThreadServices = {
  standIns: new StandIns(),
  importModule: importHere,
  loopGuard: { flag: new Int32Array(1), stop: () => undefined },
};

const NATIVE_IMPORT = "data:text/javascript,export default (url) => import(url)";
const { default: nativeImport } = await import(/* @vite-ignore */ NATIVE_IMPORT as string);

async function functionOf(one: object): Promise<(...args: never[]) => unknown> {
  const { href } = pathToFileURL(join(folder, `case${cases.indexOf(one as never)}.js`));
  return (await nativeImport(href)).f;
}

describe("a function travels with what it needs", () => {
  test.each(TRAVELS)("$title", async (one) => {
    const portable = structuredClone(capture(await functionOf(one)));
    const there = await materialize(portable, thread);
    expect((one.on ?? [1]).map((x) => there(x))).toEqual(one.gives);
  });
});

describe("what cannot travel is refused where it is declared, with the chain and the ways out", () => {
  test.each(REFUSED)("$title", async (one) => {
    const f = await functionOf(one);
    const [code, message] = one.refused ?? [];
    expect(() => capture(f)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message ?? /./) }),
    );
  });
});
