import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { LanguageService } from "../kernel/language/language-service.js";
import { withBuiltKernel } from "../kernel/testing/built-kernel.js";
import type { Transcript } from "../kernel/testing/exchange.js";
import type { FrontEnd } from "../kernel/testing/front-end.js";
import { languageOptions } from "./language-options.js";
import { MAGIC_SUMMARIES } from "./magic-summaries.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A kernel whose language worker has answered: from then on diagnostics are there when a cell ends. */
function checked(test: (client: FrontEnd) => Promise<void>): Promise<void> {
  return withBuiltKernel(async (client) => {
    await client.request("shell", "is_complete_request", { code: "1" }).finish();
    // The first check is the slowest.
    await client.execute("[1].map(String).length;").finish();
    await test(client);
  });
}

function printed({ output }: Transcript, name: "stdout" | "stderr"): string {
  return output
    .filter(({ type, content }) => type === "stream" && content.name === name)
    .map(({ content }) => String(content.text))
    .join("");
}

/** Runs cells until the type errors of `cell` are told, with it or, on a machine under load, with one after it. */
async function told(client: FrontEnd, cell: string): Promise<string> {
  let text = printed(await client.execute(cell).finish(), "stderr");
  for (const until = Date.now() + 120_000; text === "" && Date.now() < until; ) {
    text = printed(await client.execute("[].length;").finish(), "stderr");
  }
  return text;
}

describe("type errors of cells", () => {
  it("are shown below a cell that runs, with number, line and column, across cells", () =>
    checked(async (client) => {
      await client.execute("const rates = [1, 2, 3];").finish();
      expect(await told(client, "%lsmagic\nconst first: string = rates[0];")).toBe(
        [
          "Cell In[3], line 2, column 7: TS2322 Type 'number' is not assignable to type 'string'.",
          "  2 | const first: string = rates[0];",
          "    |       ~~~~~",
          "",
        ].join("\n"),
      );
    }));

  it("refuse the cell with strict, and are not looked for with off", () =>
    checked(async (client) => {
      expect(printed(await client.execute("%typecheck strict").finish(), "stdout")).toBe(
        "type check: strict\n",
      );
      const refused = await client.execute('globalThis.ran = true; const n: number = "x";').finish();
      expect(refused.reply).toMatchObject({ status: "error", ename: "TypeCheckError" });
      expect(refused.output.map(({ type }) => type)).toEqual(["execute_input", "error"]);
      const { output } = await client.execute("Reflect.has(globalThis, 'ran')").finish();
      expect(output.at(-1)?.content.data).toEqual({ "text/plain": "false" });
      await client.execute("%typecheck off").finish();
      expect((await client.execute('const n: number = "x";').finish()).output).toMatchObject([
        { type: "execute_input" },
      ]);
      expect(printed(await client.execute("%typecheck").finish(), "stdout")).toBe("type check: off\n");
    }));

  it("of a cell that ran before there was a checker are told below it, though no other cell follows", () =>
    withBuiltKernel(async (client) => {
      const cell = client.execute('const early: number = "x";');
      const ran = printed(await cell.finish(), "stderr");
      const text = ran === "" ? await cell.recvStreamLike("stderr", /line 1/) : ran;
      expect(text).toContain("Cell In[1], line 1, column 7: TS2322");
    }));

  it("that a mode does not exist is said with the modes there are", () =>
    withBuiltKernel(async (client) => {
      const { reply } = await client.execute("%typecheck loud").finish();
      expect(String(reply.evalue)).toMatch(/off.*warn.*strict/);
    }));
});

describe("the notebooks that are shipped", () => {
  const types = (path: string): string => `${root}dist/types/${path}`;
  it.each(readdirSync(`${root}notebooks`).filter((name) => name.endsWith(".ipynb")))(
    "%s has no type errors",
    (name) => {
      const service = new LanguageService(
        languageOptions(`${root}notebooks`, types, MAGIC_SUMMARIES),
        () => 0,
      );
      const notebook: { cells: { cell_type: string; source: string | string[] }[] } = JSON.parse(
        readFileSync(`${root}notebooks/${name}`, "utf8"),
      );
      const found = notebook.cells
        .filter(({ cell_type }) => cell_type === "code")
        .flatMap(({ source }) => {
          const problems = service.begin([source].flat().join(""), "strict");
          service.end(true);
          service.prepare();
          return problems;
        });
      expect(found).toEqual([]);
    },
  );
});
