import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LIVE_MIME } from "../kernel/port/live.js";
import { withBuiltKernel } from "../kernel/testing/built-kernel.js";
import type { Exchange } from "../kernel/testing/exchange.js";
import type { FrontEnd } from "../kernel/testing/front-end.js";
import type { JsonObject } from "../kernel/wire/fields.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "magics-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const withKernelHere = (test: (client: FrontEnd) => Promise<void>): Promise<void> =>
  withBuiltKernel((client) => test(client), { cwd: folder });

/** What a cell shows, as text: what it prints, and its displays and result. */
async function shown(cell: Exchange): Promise<string> {
  const { output } = await cell.finish();
  const texts = output.map(({ content }) => content.text ?? Object(content.data)["text/plain"] ?? "");
  return texts.join("");
}

/** The reply to a cell of which the beginning was taken. */
async function ended(cell: Exchange): Promise<JsonObject> {
  for (let state: unknown; state !== "idle"; )
    state = (await cell.iopub.take(`idle of ${cell.name}`)).content.execution_state;
  return (await cell.replies.take(`the reply to ${cell.name}`)).content;
}

async function completions(client: FrontEnd, code: string): Promise<unknown> {
  const { reply } = await client
    .request("shell", "complete_request", { code, cursor_pos: code.length })
    .finish();
  return reply.matches;
}

/** The nth block of code of a document. */
function example(document: string, n: number, language = "ts"): string {
  const text = readFileSync(new URL(`../docs/${document}`, import.meta.url), "utf8");
  const block = [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    .filter(([, written]) => written === language)
    .at(n)?.[2];
  if (block === undefined) throw new Error(`${document} has no block ${n}`);
  return block;
}

describe("a plug-in as docs/magics-plugin.md has it", () => {
  it("is loaded, gives values, completes, is explained and listed, until the kernel is another", () =>
    withKernelHere(async (client) => {
      writeFileSync(join(folder, "shout.ts"), example("magics-plugin.md", 0));
      expect(await completions(client, "%shou")).toEqual([]);
      expect(await shown(client.execute(example("magics-plugin.md", 1)))).toBe(
        "loaded %shout, %%shout\n'HELLO!HELLO!'",
      );
      expect(await completions(client, "%shou")).toEqual(["%shout"]);
      expect(await completions(client, "%%shou")).toEqual(["%%shout"]);
      expect(await completions(client, "%shout --")).toEqual(["--times"]);
      const { reply } = await client
        .request("shell", "inspect_request", { code: "%shout", cursor_pos: 3, detail_level: 0 })
        .finish();
      expect(JSON.stringify(reply.data)).toContain("Says it loudly.");
      expect(await shown(client.execute("%lsmagic"))).toMatch(/^%shout, %%shout +Says it loudly\.$/m);
      const { reply: failed } = await client.execute("%shout --tiems 2 x").finish();
      expect(failed.evalue).toContain("did you mean --times?");
      await client.execute("process.kill(process.pid, 'SIGKILL')").finish();
      expect(await completions(client, "%shou")).toEqual([]);
      // As a package: what it imports of Millrace is the notebook's, which has none in its folder.
      const folderOf = join(folder, "node_modules/millrace-shout");
      mkdirSync(folderOf, { recursive: true });
      writeFileSync(join(folderOf, "package.json"), example("magics-plugin.md", 0, "json"));
      writeFileSync(join(folderOf, "index.js"), 'export { default } from "./shout.js";');
      writeFileSync(join(folderOf, "shout.js"), example("magics-plugin.md", 0));
      expect(await shown(client.execute("%load_ext millrace-shout\nconst said = %shout a\nsaid"))).toBe(
        "loaded %shout, %%shout\n'A!'",
      );
    }));
});

describe("magics that ask the front", () => {
  it("have the inputs of this session and of earlier ones", () => {
    return withKernelHere(async (client) => {
      await client.execute("6 * 7").finish();
      const cell = client.execute("%history -n -o");
      await cell.recvStart("%history -n -o", 2);
      await cell.recvStream("stdout", "1/1: 6 * 7\n42\n");
      await cell.recvEnd();
      expect(await shown(client.execute("%history -g *7*"))).toBe("6 * 7\n");
      expect(await shown(client.execute("%rerun 1"))).toBe("=== Executing: ===\n6 * 7\n=== Output: ===\n42");
    });
  });

  it("put text into the next cell by the payload of their reply", () =>
    withKernelHere(async (client) => {
      writeFileSync(join(folder, "a.ts"), "const a = 1;\n");
      const cell = client.execute("%load a.ts");
      await cell.recvStart("%load a.ts", 1);
      const text = "// %load a.ts\nconst a = 1;";
      await cell.recvReply({ status: "ok", payload: [{ source: "set_next_input", text, replace: true }] });
      await cell.recvIdle();
    }));

  it("say how to connect, and never the key", () =>
    withBuiltKernel(
      async (client, { connection }) => {
        const text = await shown(client.execute("%connect_info"));
        expect(text).toContain(`shell   tcp://127.0.0.1:${connection.ports.shell}\n`);
        expect(text).toMatch(/jupyter console --existing \/.*connection\.json\n$/);
        expect(text).not.toContain(connection.key);
        expect(await shown(client.execute("const all = %env\nall"))).not.toContain(connection.key);
      },
      { cwd: folder, transport: "tcp" },
    ));
});

describe("shell commands", () => {
  it("stream while they run, and an interrupt ends them with what they have started", () =>
    withKernelHere(async (client) => {
      const cell = client.execute("!sh -c 'echo $$; sleep 60'; sleep 61");
      await cell.recvBusy();
      await cell.recv("execute_input");
      const pid = Number((await cell.recv("stream")).content.text);
      const interrupt = client.request("control", "interrupt_request", {});
      expect((await ended(cell)).ename).toBe("KeyboardInterrupt");
      await interrupt.finish();
      await expect.poll(() => isAlive(pid)).toBe(false);
      expect(await shown(client.execute("const lines = !echo still here\nlines"))).toBe("[ 'still here' ]");
    }));

  it("whose loops are %timeit's can be interrupted as well", () =>
    withKernelHere(async (client) => {
      await client.execute("let rounds = 0").finish();
      const cell = client.execute("console.log('go')\n%timeit -n 1000000000 rounds++");
      await cell.recvBusy();
      await cell.recv("execute_input");
      await cell.recvStream("stdout", "go\n");
      const interrupt = client.request("control", "interrupt_request", {});
      expect((await ended(cell)).ename).toBe("KeyboardInterrupt");
      await interrupt.finish();
      expect(await shown(client.execute("typeof rounds"))).toBe("'number'");
    }));
});

describe("the type check", () => {
  it("knows what magics declare and make, and forgets what %reset took away", () =>
    withKernelHere(async (client) => {
      await client.execute("%typecheck strict").finish();
      await client.execute("%time const timed: number = 5").finish();
      await client.execute("%%capture kept\nconst inside = 6; console.log(inside)").finish();
      expect(await shown(client.execute("[timed.toFixed(1), kept.stdout, inside]"))).toBe(
        "[ '5.0', '6\\n', 6 ]",
      );
      writeFileSync(join(folder, "six.ts"), "export const six: number = 6;");
      const cells = [{ cell_type: "code", source: "const seven: number = 7" }];
      writeFileSync(join(folder, "seven.ipynb"), JSON.stringify({ nbformat: 4, cells }));
      await client.execute("%run six.ts").finish();
      await client.execute("%run seven.ipynb").finish();
      expect(await shown(client.execute("six = 60; seven.toFixed(1)"))).toBe("'7.0'");
      const { reply: wrong } = await client.execute("six.length").finish();
      expect(JSON.stringify(wrong.traceback)).toContain("Property 'length' does not exist on type 'number'");
      await client.execute("%reset -f").finish();
      const { reply } = await client.execute("timed + 1").finish();
      expect(JSON.stringify(reply.traceback)).toContain("Cannot find name 'timed'");
    }));
});

describe("%configure", () => {
  it("says what sc and ssc are made with, before they are", () =>
    withKernelHere(async (client) => {
      await client.execute("%clock manual\n%stream status").finish();
      await client.execute("%configure --workers 1 --memory 128m --batch 250ms").finish();
      expect(await shown(client.execute("%configure"))).toBe(
        "sc: 1 worker thread with 128 MB of heap; ssc: a batch every 250 ms; they are made so on their first use\n",
      );
      expect((await client.execute("%configure --memory 1m").finish()).reply.evalue).toContain(
        "at least 64 megabytes",
      );
      expect(await shown(client.execute("ssc.hasManualClock"))).toBe("true");
      expect(await shown(client.execute("[sc.defaultParallelism, ssc.batchDuration.ms]"))).toBe("[ 1, 250 ]");
      expect((await client.execute("%configure --workers 2").finish()).reply.evalue).toContain(
        "sc is made already and keeps what it was made with",
      );
    }));
});

describe("%doctor", () => {
  it("says what there is, what is wrong, and that a kernel starts, which is not the one that asks", () =>
    withKernelHere(async (client) => {
      const report = await shown(client.execute("const kept = 1;\n%doctor"));
      expect(report).toContain(`Node ${process.versions.node}`);
      expect(report).toContain("The kernel starts and answers");
      expect(await shown(client.execute("kept"))).toBe("1");
    }));
});

describe("%%DataFrame", () => {
  it("shows the first rows of an RDD", () =>
    withKernelHere(async (client) => {
      const cell = client.execute(
        "%%dataframe --output csv --limit 2\nsc.parallelize([['a', 1], ['b', 2], ['c', 3]], 2)",
      );
      const [table, more] = (await cell.finish()).output
        .filter(({ content }) => !(LIVE_MIME in Object(content.data)))
        .slice(-2)
        .map(({ content }) => content.data ?? content.text);
      expect(table).toEqual({ "text/plain": "_1,_2\na,1\nb,2" });
      expect(more).toBe("the first 2 rows; --limit 20 shows more\n");
    }));
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
