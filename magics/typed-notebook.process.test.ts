import { describe, expect, it } from "vitest";
import { withBuiltKernel } from "../kernel/testing/built-kernel.js";
import type { FrontEnd } from "../kernel/testing/front-end.js";

const CELLS = [
  'const lines = ssc.socketTextStream("localhost", 9999);',
  'const counts = lines.flatMap(l => l.split(" ")).map(w => [w, 1])\n  .reduceByKeyAndWindow((a, b) => a + b, Seconds(30), Seconds(1));',
];

interface Match {
  text: string;
  signature: string;
}

async function complete(client: FrontEnd, code: string): Promise<Match[]> {
  const { reply } = await client
    .request("shell", "complete_request", { code, cursor_pos: code.length })
    .finish();
  return (reply.metadata as Record<string, Match[]>)._jupyter_types_experimental ?? [];
}

async function inspect(client: FrontEnd, code: string): Promise<string> {
  const content = { code, cursor_pos: code.length, detail_level: 0 };
  const { reply } = await client.request("shell", "inspect_request", content).finish();
  return (reply.data as Record<string, string>)["text/plain"] ?? "";
}

describe("the cells of the word count are typed, without an import or a cast", () => {
  it("in completion and inspection, also while a cell is busy", () =>
    withBuiltKernel(async (client) => {
      for (const cell of CELLS) await client.execute(cell).finish();
      const busy = client.execute("while (true);");
      expect(await inspect(client, "counts")).toBe("const counts: DStream<[string, number]>");
      expect((await complete(client, "counts.ma"))[0]).toMatchObject({
        text: "map",
        signature: "<U extends Row>(f: (record: [string, number]) => U) => DStream<U>",
      });
      const ofNumber = await complete(client, "counts.map(([word, n]) => n.toF");
      expect(ofNumber.map(({ text }) => text)).toEqual(["toFixed"]);
      for (const name of ["ssc", "Seconds", "display", "sc"])
        expect(await inspect(client, name)).toContain(name);
      expect(await complete(client, "%plot co")).toMatchObject([
        { text: "counts", signature: "DStream<[string, number]>" },
      ]);
      expect((await complete(client, "%stream st")).map(({ text }) => text)).toEqual([
        "start",
        "stop",
        "status",
      ]);
      await client.request("control", "interrupt_request", {}).finish();
      expect((await busy.finish()).reply.ename).toBe("KeyboardInterrupt");
    }));

  it("and shows the value of a variable, unless a cell runs", () =>
    withBuiltKernel(async (client) => {
      await client
        .execute("let ran = false; const held = { a: 1, get b() { ran = true; return 2; } };")
        .finish();
      const text = "const held: {\n    a: number;\n    readonly b: number;\n}";
      // A busy machine may be too slow to show a value in time.
      await expect.poll(() => inspect(client, "held")).toBe(`${text}\n\nValue:\n{ a: 1, b: [Getter] }`);
      await expect.poll(() => inspect(client, "ran")).toMatch(/Value:\nfalse$/);
      const busy = client.execute("while (true);");
      expect(await inspect(client, "held")).toBe(text);
      await client.request("control", "interrupt_request", {}).finish();
      await busy.finish();
    }));

  it("where a pair is made in the cell at hand, and where none is", () =>
    withBuiltKernel(async (client) => {
      for (const cell of CELLS) await client.execute(cell).finish();
      const declare = (chain: string) => `const made = lines${chain};\nmade`;
      expect(await inspect(client, declare(".map(w => [w, 1])"))).toBe(
        "const made: DStream<[string, number]>",
      );
      expect(await inspect(client, declare(".map(w => w.length)"))).toBe("const made: DStream<number>");
    }));
});
