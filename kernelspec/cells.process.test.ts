import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withBuiltKernel } from "../kernel/testing/built-kernel.js";
import { type Exchange, textOf } from "../kernel/testing/exchange.js";
import type { FrontEnd } from "../kernel/testing/front-end.js";

/** What the language, errors and displays of cells look like to a client of the built kernel. */

let folder: string;
const FILES = {
  "lib/area.ts": "export interface Box { w: number }\nexport const area = (b: Box): number => b.w ** 2",
  "data.json": `{"rows": [1, 2, 3]}`,
  "node_modules/dual/package.json": `{"name": "dual", "exports": {"import": "./i.mjs", "require": "./r.cjs"}}`,
  "node_modules/dual/i.mjs": "export default 'esm'",
  "node_modules/dual/r.cjs": "module.exports = 'cjs'",
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notebook-"));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function withMillrace(test: (client: FrontEnd) => Promise<void>): Promise<void> {
  return withBuiltKernel(
    async (client) => {
      // The checker's word is not what these tests are about.
      await client.execute("%typecheck off").finish();
      await test(client);
    },
    { cwd: folder },
  );
}

/** text/plain of the result of one more cell. */
async function resultOf(client: FrontEnd, code: string): Promise<unknown> {
  const { output } = await client.execute(code).finish();
  const data = output.find(({ type }) => type === "execute_result")?.content.data;
  return typeof data === "object" && data !== null && "text/plain" in data ? data["text/plain"] : undefined;
}

/** A message that is answered by its status alone. */
async function handled(message: Exchange): Promise<void> {
  await message.recvBusy();
  await message.recvIdle();
}

describe("the language of cells", () => {
  it("lets a type be imported as if it were a value, also beside streams, which know their names", () =>
    withMillrace(async (client) => {
      const code = "import { Box } from './lib/area'\nconst box: Box = { w: 1 }, words = ssc.queueStream([])";
      const cell = client.execute(code);
      await cell.recvStart(code, 2);
      await cell.recvEnd();
      expect(await resultOf(client, "words.name")).toBe("'words'");
      const who = client.execute("%who");
      await who.recvStart("%who", 4);
      await who.recvStream("stdout", "box\twords\n");
      await who.recvEnd();
    }));

  it("lets earlier functions see what is declared again, as another kind too", () =>
    withMillrace(async (client) => {
      await client.execute("const unit = 'a'; const show = () => typeof unit").finish();
      await client.execute("class unit {}").finish();
      expect(await resultOf(client, "show()")).toBe("'function'");
      expect(await resultOf(client, "let unit = 5\n{ unit }")).toBe("{ unit: 5 }");
    }));

  it("imports from the notebook's folder, and requires", () =>
    withMillrace(async (client) => {
      const code = `import { area, type Box } from "./lib/area"
import data from "./data.json" with { type: "json" }
import d from "dual"
const box: Box = { w: 3 };
[area(box), data.rows.length, d, require("dual"), await import("dual").then(m => m.default)]`;
      expect(await resultOf(client, code)).toBe("[ 9, 3, 'esm', 'cjs', 'esm' ]");
    }));
});

describe("an error", () => {
  it("has the same traceback on iopub and in the reply, with the cell's own line and no frame of the kernel", () =>
    withMillrace(async (client) => {
      const code =
        "const box = (n: number) => {\n  if (n < 0) throw new RangeError('too small', { cause: 'n' })\n}";
      await client.execute(code).finish();
      const { reply, output } = await client.execute("\nbox(-1)").finish();
      const error = output.find(({ type }) => type === "error")?.content;
      expect(reply).toMatchObject({ status: "error", ...error });
      expect(reply).toMatchObject({ ename: "RangeError", evalue: "too small" });
      const traceback = stripVTControlCharacters([reply.traceback].flat().join("\n"));
      expect(traceback).toContain("Cell In[2], line 2, column 20");
      expect(traceback).toContain("> 2 |   if (n < 0) throw new RangeError('too small', { cause: 'n' })");
      expect(traceback).toContain("at Cell In[3], line 2, column 1");
      expect(traceback).toContain("Caused by:\n'n'");
      expect(traceback).not.toMatch(/dist\/|node:internal/);
    }));

  it.each([
    ["null", "Thrown", "null"],
    ["'text'", "Thrown", "'text'"],
    ["Object.freeze(new TypeError('frozen'))", "TypeError", "frozen"],
    ["new Proxy({}, { get() { throw 1 } })", "Thrown", "{}"],
  ])("of %s that is thrown is one", (thrown, ename, evalue) =>
    withMillrace(async (client) => {
      expect((await client.execute(`throw ${thrown}`).finish()).reply).toMatchObject({ ename, evalue });
    }),
  );

  it("that nobody handles is shown before the cell's idle", () =>
    withMillrace(async (client) => {
      const transcript = await client
        .execute("void Promise.reject(new Error('nobody waits')); console.timeEnd('none'); 1")
        .finish();
      expect(transcript.reply.status).toBe("ok");
      expect(textOf(transcript, "stderr")).toContain("Unhandled rejection of a promise");
      expect(textOf(transcript, "stderr")).toContain("Warning: No such label 'none'");
    }));

  it("in a timer of a cell that ended is shown in that cell, and the kernel goes on", () =>
    withMillrace(async (client) => {
      const early = client.execute(`let begin = false; const timer = setInterval(() => {
  if (begin) { clearInterval(timer); throw new TypeError('late') }
}, 1);`);
      await early.finish();
      await client.execute("begin = true;").finish();
      const text = await early.recvStreamLike("stderr", /late[\s\S]*Cell In\[2\], line 2, column 44/);
      expect(text).toContain("Uncaught in a callback");
      expect(await resultOf(client, "1 + 1")).toBe("2");
    }));
});

describe("display", () => {
  it("has a handle that updates, bundles as they are, and clears", () =>
    withMillrace(async (client) => {
      const code = `const shown = display("first", { display_id: "mine" })
shown.update({ "text/html": "<b>2</b>" }, { raw: true })
display({ "text/plain": "raw" }, { raw: true, display_id: "mine", update: true, metadata: { a: 1 } })
clearOutput(true)
display.markdown("*done*")`;
      const cell = client.execute(code);
      await cell.recvStart(code, 2);
      const first = await cell.recvDisplay("display_data", { "text/plain": "'first'" });
      expect(first.transient).toEqual({ display_id: "mine" });
      const second = await cell.recvDisplay("update_display_data", { "text/html": "<b>2</b>" });
      expect(second.transient).toEqual({ display_id: "mine" });
      const third = await cell.recvDisplay("update_display_data", { "text/plain": "raw" });
      expect(third.metadata).toEqual({ a: 1 });
      expect((await cell.recv("clear_output")).content).toEqual({ wait: true });
      await cell.recvDisplay("display_data", { "text/markdown": "*done*", "text/plain": "*done*" });
      await cell.recvEnd();
    }));

  it("of a value is its own method's, awaited, in the result as well", () =>
    withMillrace(async (client) => {
      const code = `({ async [Symbol.for("Jupyter.display")]() { return { "text/html": "<i>own</i>", "text/plain": "own" } } })`;
      const cell = client.execute(code);
      await cell.recvStart(code, 2);
      await cell.recvResult({ "text/html": "<i>own</i>", "text/plain": "own" }, 2);
      await cell.recvEnd();
    }));

  it.each([
    ["a proxy", "new Proxy([], { get() { for (;;); }, ownKeys() { for (;;); }, has() { for (;;); } })", "[]"],
    ["a getter", "({ get a() { for (;;); }, get then() { for (;;); } })", "{ a: [Getter], then: [Getter] }"],
    [
      "an inspection",
      "({ [Symbol.for('nodejs.util.inspect.custom')]() { for (;;); } })",
      "[a value that cannot be shown: TooSlow: not done after 2 s]",
    ],
  ])("of %s that loops ends, and the next cell runs", (_, code, text) =>
    withMillrace(async (client) => {
      expect(await resultOf(client, code)).toBe(text);
      expect(await resultOf(client, "1 + 1")).toBe("2");
    }),
  );

  it("of a method that loops can be interrupted", () =>
    withMillrace(async (client) => {
      await client.execute("let kept = 1").finish();
      const code = `({ [Symbol.for("Jupyter.display")]() { console.log("in it"); for (;;); } })`;
      const cell = client.execute(code);
      await cell.recvStart(code, 3);
      await cell.recvStream("stdout", "in it\n");
      await client.request("control", "interrupt_request", {}).finish();
      await cell.recvError("KeyboardInterrupt", /./);
      await cell.recvErrorReply("KeyboardInterrupt", /./);
      await cell.recvIdle();
      expect(await resultOf(client, "kept")).toBe("1");
    }));

  it("of progress is one display that ends full, also where the loop counts", () =>
    withMillrace(async (client) => {
      const { output } = await client.execute("for (const i of progress(3, { label: 'rows' })) ;").finish();
      const shown = output.filter(({ type }) => type !== "execute_input");
      const ids = shown.map(({ content }) => content.transient);
      expect(new Set(ids.map((transient) => JSON.stringify(transient))).size).toBe(1);
      expect(JSON.stringify(shown.at(-1)?.content.data)).toMatch(/rows █+ 100 % · 3 of 3/);
    }));
});

describe("input", () => {
  it("is asked of the client, as a password too", () =>
    withMillrace(async (client) => {
      const cell = client.execute("[await input('Key? ', { password: true })]", { allowStdin: true });
      client.reply(await cell.recvInputRequest({ prompt: "Key? ", password: true }), "secret");
      const { output } = await cell.finish();
      expect(output.at(-1)?.content.data).toEqual({ "text/plain": "[ 'secret' ]" });
    }));

  it("is refused where the client allows none", () =>
    withMillrace(async (client) => {
      const { reply } = await client.execute("await input('Name? ')").finish();
      expect(reply).toMatchObject({ status: "error", evalue: expect.stringContaining("allows no input") });
    }));
});

describe("comms", () => {
  it("that a cell opens carry JSON and buffers of every kind", () =>
    withMillrace(async (client) => {
      const code = `const comm = comms.open("of.the.cell", { a: 1 });
comm.send({ b: 2 }, { buffers: [new Float64Array([1]), new Uint8Array([1, 2]).buffer] });
comm.close({ c: 3 });`;
      const cell = client.execute(code);
      await cell.recvStart(code, 2);
      const opened = (await cell.recv("comm_open")).content;
      expect(opened).toMatchObject({ target_name: "of.the.cell", data: { a: 1 } });
      const sent = await cell.recv("comm_msg");
      expect(sent.content).toEqual({ comm_id: opened.comm_id, data: { b: 2 } });
      expect(sent.buffers.map(({ length }) => length)).toEqual([8, 2]);
      expect((await cell.recv("comm_close")).content).toEqual({ comm_id: opened.comm_id, data: { c: 3 } });
      await cell.recvEnd();
    }));

  it("that a client opens reach the registered function, its messages and its close", () =>
    withMillrace(async (client) => {
      await client
        .execute(
          `const got: unknown[] = [];
comms.register("target", (comm, opened) => {
  got.push(opened.content.data)
  comm.onMessage(m => comm.send({ echo: m.content.data }, { buffers: m.buffers }))
  comm.onClose(m => got.push(m.content.data))
})`,
        )
        .finish();
      const id = "comm-of-the-test";
      const opening = { comm_id: id, target_name: "target", data: { x: 1 } };
      await handled(client.request("shell", "comm_open", opening));
      const message = client.request(
        "shell",
        "comm_msg",
        { comm_id: id, data: { y: 2 } },
        { buffers: [new Uint8Array([7, 8])] },
      );
      await message.recvBusy();
      const echo = await message.recv("comm_msg");
      expect(echo.content).toEqual({ comm_id: id, data: { echo: { y: 2 } } });
      expect([...(echo.buffers[0] ?? [])]).toEqual([7, 8]);
      await message.recvIdle();
      await handled(client.request("shell", "comm_close", { comm_id: id, data: { z: 3 } }));
      expect(await resultOf(client, "got")).toBe("[ { x: 1 }, { z: 3 } ]");
    }));
});
