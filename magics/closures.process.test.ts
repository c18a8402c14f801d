import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withBuiltKernel } from "../kernel/testing/built-kernel.js";
import { textOf } from "../kernel/testing/exchange.js";
import type { FrontEnd } from "../kernel/testing/front-end.js";
import { type ClosureCase, FILES, REFUSED, TRAVELS } from "../runtime/closure/testing/closure-cases.js";

const folder = mkdtempSync(join(tmpdir(), "millrace-notebook-"));
beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const inFolder = (test: (client: FrontEnd) => Promise<void>) => withBuiltKernel(test, { cwd: folder });

/** What a cell prints, or its error. */
async function outcome(client: FrontEnd, code: string): Promise<string> {
  const transcript = await client.execute(code).finish();
  const { status, evalue } = transcript.reply;
  return status === "ok" ? textOf(transcript, "stdout").trim() : String(evalue);
}

function cellOf({ given = "", f, on = [1] }: ClosureCase): string {
  const rows = `sc.parallelize(${JSON.stringify(on)}, 2).map(${f}).collect()`;
  return `${given}\nconsole.log(JSON.stringify(await ${rows}))`;
}

describe("in cells", () => {
  it("all cases of closures hold, one after the other in one notebook", () =>
    inFolder(async (client) => {
      await client.execute("%typecheck off").finish();
      for (const one of TRAVELS)
        expect.soft(await outcome(client, cellOf(one)), one.title).toBe(JSON.stringify(one.gives));
      for (const one of REFUSED) {
        const error = await outcome(client, cellOf(one));
        expect.soft(error, one.title).toMatch(one.refused?.[1] ?? /^$/);
        expect.soft(error, one.title).toMatch(/^cell \d+, line \d+: `/);
      }
    }));

  it("a job sees the helpers as they are when it starts, and values as they were when its function was declared", () =>
    inFolder(async (client) => {
      const collect = "console.log(JSON.stringify(await rows.collect()))";
      await outcome(
        client,
        "let rate = 10; const helper = (x: number) => x + 1; const twice = (x: number) => helper(helper(x));",
      );
      await outcome(
        client,
        "const rows = sc.parallelize([1, 2], 2).map((x) => twice(x) * rate).filter((x) => x > 0);",
      );
      expect(await outcome(client, collect)).toBe("[30,40]");
      await outcome(client, "rate = 100;");
      expect(await outcome(client, collect)).toBe("[30,40]");
      await outcome(client, "function helper(x: number) { return x + 2; }");
      expect(await outcome(client, collect)).toBe("[500,600]");
      await outcome(client, "rows.cache();");
      expect(await outcome(client, collect)).toBe("[500,600]");
      await outcome(client, "function helper(x: number) { return x + 3; }");
      expect(await outcome(client, collect)).toBe("[700,800]");
      await outcome(client, "const twice = (x: number) => [sc, x];");
      expect(await outcome(client, collect)).toMatch(
        /^cell \d+, line 1: `\(x\) => twice\(x\) \* rate` captures `twice`, which captures `sc`, a SparkContext, which cannot/,
      );
    }));
});
